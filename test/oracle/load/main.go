// The load: gets a request on stdin and a server's address, sends the request over and over on some connections, and
// prints how many answers came as one JSON object. An answer that is not the expected one ends it with exit code 1.
//
// One thread, epoll, no HTTP library: what it takes from the machine is taken from the server that is measured.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"syscall"
	"time"
)

type options struct {
	address     string
	connections int
	duration    time.Duration
	want        answer
	// revalidate: each connection gets a whole answer first, which does not count, and asks with its tag from then on.
	revalidate bool
}

type report struct {
	Answers int     `json:"answers"`
	Seconds float64 `json:"seconds"`
	// CPU time of this process.
	CPUSeconds float64 `json:"cpuSeconds"`
}

const longestSilence = 60 * time.Second

// readSize is enough for what is looked at: heads, and the lines between the chunks of a body.
const readSize = 1 << 10

type load struct {
	options
	request []byte
	// again is what a connection asks after its first answer, and wantAgain what it must get.
	again     []byte
	wantAgain answer
	epoll     int
	buffer    []byte
	parser    headParser
	began     time.Time
	// asking counts the connections that wait for an answer: none is cut, for servers remember that.
	asking  int
	answers int
}

func dial(address string) (int, error) {
	tcp, err := net.ResolveTCPAddr("tcp4", address)
	if err != nil {
		return 0, err
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return 0, err
	}
	to := &syscall.SockaddrInet4{Port: tcp.Port}
	copy(to.Addr[:], tcp.IP.To4())
	if err := syscall.Connect(fd, to); err != nil {
		return 0, err
	}
	if err := syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1); err != nil {
		return 0, err
	}
	return fd, syscall.SetNonblock(fd, true)
}

// prepare needs the request.
func (l *load) prepare() {
	l.again, l.wantAgain = l.request, l.want
	if l.revalidate {
		lines := bytes.TrimSuffix(l.request, []byte("\r\n"))
		l.again = fmt.Appendf(nil, "%sif-none-match: %s\r\n\r\n", lines, l.want.etag)
		l.wantAgain = answer{status: 304, etag: l.want.etag}
	}
}

func send(c *connection, request []byte) error {
	// A request is smaller than any socket's buffer, and the one before it was answered.
	written, err := syscall.Write(c.fd, request)
	if err == nil && written != len(request) {
		err = io.ErrShortWrite
	}
	return err
}

// answered judges an answer and asks for the next one until the time is over.
func (l *load) answered(c *connection) error {
	want := l.wantAgain
	if c.isFirst {
		want = l.want
	}
	if c.got != want {
		return fmt.Errorf("wanted %+v, got %+v", want, c.got)
	}
	// A table that is only asked for because of its tag does not count, and is always followed by what does.
	isForTag := c.isFirst && l.revalidate
	if !isForTag {
		l.answers++
	}
	c.isFirst = false
	if isForTag || time.Since(l.began) < l.duration {
		return send(c, l.again)
	}
	l.asking--
	return nil
}

// take reads what is there.
func (l *load) take(c *connection) error {
	for {
		n, isAll, err := l.receive(c)
		if err == syscall.EAGAIN {
			return nil
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return io.ErrUnexpectedEOF
		}
		if c.isWhole() {
			return l.answered(c)
		}
		if isAll {
			return nil
		}
	}
}

// receive reads once: of a body the system drops what nobody looks at, for to copy it takes as long as to send it.
// It is all there was when less came than was asked for.
func (l *load) receive(c *connection) (n int, isAll bool, err error) {
	if unseen := c.unseen(); unseen > 0 {
		n, err := drop(c.fd, unseen)
		if err == nil {
			c.skip(n)
		}
		return n, n < unseen, err
	}
	n, err = syscall.Read(c.fd, l.buffer)
	if err == nil && n > 0 {
		err = c.feed(l.buffer[:n], &l.parser)
	}
	return n, n < len(l.buffer), err
}

// drop takes up to n bytes that have come, without a copy.
func drop(fd, n int) (int, error) {
	dropped, _, errno := syscall.Syscall6(syscall.SYS_RECVFROM, uintptr(fd), 0, uintptr(n), syscall.MSG_TRUNC, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(dropped), nil
}

func (l *load) open() ([]*connection, error) {
	connections := make([]*connection, l.connections)
	for i := range connections {
		fd, err := dial(l.address)
		if err != nil {
			return nil, err
		}
		connections[i] = &connection{fd: fd, isFirst: true}
		event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(i)}
		if err := syscall.EpollCtl(l.epoll, syscall.EPOLL_CTL_ADD, fd, &event); err != nil {
			return nil, err
		}
	}
	return connections, nil
}

func (l *load) run() (report, error) {
	connections, err := l.open()
	if err != nil {
		return report{}, err
	}
	l.began, l.asking = time.Now(), len(connections)
	for _, c := range connections {
		if err := send(c, l.request); err != nil {
			return report{}, err
		}
	}
	events := make([]syscall.EpollEvent, len(connections))
	for l.asking > 0 {
		n, err := syscall.EpollWait(l.epoll, events, int(longestSilence.Milliseconds()))
		if err != nil && err != syscall.EINTR {
			return report{}, err
		}
		if err == nil && n == 0 {
			return report{}, fmt.Errorf("no answer for %s", longestSilence)
		}
		for i := range max(n, 0) {
			if err := l.take(connections[events[i].Fd]); err != nil {
				return report{}, err
			}
		}
	}
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return report{}, err
	}
	cpu := time.Duration(used.Utime.Nano() + used.Stime.Nano())
	return report{l.answers, time.Since(l.began).Seconds(), cpu.Seconds()}, nil
}

func main() {
	runtime.LockOSThread()
	l := load{buffer: make([]byte, readSize)}
	flag.StringVar(&l.address, "address", "", "IPv4 address and port of the server")
	flag.IntVar(&l.connections, "connections", 16, "how many connections ask at a time")
	flag.DurationVar(&l.duration, "duration", time.Second, "for how long")
	flag.IntVar(&l.want.status, "status", 200, "status of each answer")
	flag.StringVar(&l.want.etag, "etag", "", "Etag of each answer")
	flag.IntVar(&l.want.bytes, "bytes", 0, "length of each answer's body")
	flag.BoolVar(&l.revalidate, "revalidate", false, "after the first answer ask with If-None-Match, for 304")
	flag.Parse()
	if err := start(&l); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func start(l *load) (err error) {
	if l.request, err = io.ReadAll(os.Stdin); err != nil {
		return err
	}
	l.prepare()
	if l.epoll, err = syscall.EpollCreate1(0); err != nil {
		return err
	}
	result, err := l.run()
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}
