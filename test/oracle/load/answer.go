package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// answer is what of an answer must be as expected.
type answer struct {
	status int
	etag   string
	bytes  int
}

// connection follows the answers on one connection. What a body says is not looked at, only how long it is.
type connection struct {
	fd      int
	isFirst bool
	// head of an answer that came in parts.
	head []byte
	body body
	got  answer
}

// feed takes what was read. Nothing was asked after an answer, so nothing may follow it.
func (c *connection) feed(data []byte, parser *headParser) error {
	if c.isWhole() {
		c.body, c.got = nil, answer{}
	}
	if c.body == nil {
		if len(c.head) > 0 {
			data = append(c.head, data...)
		}
		end := bytes.Index(data, []byte("\r\n\r\n"))
		if end < 0 {
			c.head = append([]byte(nil), data...)
			return nil
		}
		c.head = nil
		head, err := parser.parse(data[:end+2])
		if err != nil {
			return err
		}
		c.got = answer{status: head.status, etag: head.etag}
		c.body = head.body()
		data = data[end+4:]
	}
	length, err := c.body.take(data)
	c.got.bytes += length
	return err
}

// isWhole is true from the last byte of an answer to the first of the next.
func (c *connection) isWhole() bool { return c.body != nil && c.body.isWhole() }

// unseen is how many bytes come next that say nothing: 0 when there may be something to read in what comes.
func (c *connection) unseen() int {
	if c.body == nil || c.body.isWhole() {
		return 0
	}
	return c.body.unseen()
}

// skip takes n bytes that nobody has seen.
func (c *connection) skip(n int) { c.got.bytes += c.body.skip(n) }

// head is what the lines before a body say.
type head struct {
	status    int
	etag      string
	length    int
	isChunked bool
}

func (h head) body() body {
	if h.isChunked {
		return &chunked{}
	}
	return &counted{left: h.length}
}

// headParser remembers the last head: until the second of its date is over the next one is the same.
type headParser struct {
	text []byte
	head head
}

func (p *headParser) parse(text []byte) (head, error) {
	if bytes.Equal(text, p.text) {
		return p.head, nil
	}
	lines := strings.Split(string(text), "\r\n")
	fields := strings.SplitN(lines[0], " ", 3)
	if len(fields) < 2 || fields[0] != "HTTP/1.1" {
		return head{}, fmt.Errorf("no answer begins with %q", lines[0])
	}
	status, err := strconv.Atoi(fields[1])
	if err != nil {
		return head{}, err
	}
	found := head{status: status}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		if err := found.note(strings.ToLower(name), strings.TrimSpace(value)); err != nil {
			return head{}, err
		}
	}
	p.text, p.head = bytes.Clone(text), found
	return found, nil
}

func (h *head) note(name, value string) (err error) {
	switch name {
	case "etag":
		h.etag = value
	case "content-length":
		h.length, err = strconv.Atoi(value)
	case "transfer-encoding":
		h.isChunked = value == "chunked"
	}
	return err
}

// body counts bytes: take and skip say how many of those that came were its own.
type body interface {
	take(data []byte) (int, error)
	skip(n int) int
	unseen() int
	isWhole() bool
}

type counted struct{ left int }

func (b *counted) take(data []byte) (int, error) {
	b.left -= len(data)
	if b.left < 0 {
		return 0, fmt.Errorf("%d bytes more than Content-Length says", -b.left)
	}
	return len(data), nil
}

func (b *counted) skip(n int) int {
	b.left -= n
	return n
}

func (b *counted) unseen() int   { return b.left }
func (b *counted) isWhole() bool { return b.left == 0 }

// chunked is a body in chunks without extensions and trailers.
type chunked struct {
	// left of the chunk, with the line break behind it.
	left int
	size []byte
	last bool
}

func (b *chunked) take(data []byte) (length int, err error) {
	for len(data) > 0 {
		if b.left > 0 {
			n := min(b.left, len(data))
			length += b.skip(n)
			data = data[n:]
			continue
		}
		if b.last {
			return length, fmt.Errorf("%d bytes behind the last chunk", len(data))
		}
		end := bytes.IndexByte(data, '\n')
		if end < 0 {
			b.size = append(b.size, data...)
			return length, nil
		}
		line := append(b.size, data[:end]...)
		size, err := strconv.ParseInt(string(bytes.TrimRight(line, "\r")), 16, 32)
		if err != nil {
			return length, err
		}
		b.size = b.size[:0]
		b.left, b.last = int(size)+2, size == 0
		data = data[end+1:]
	}
	return length, nil
}

func (b *chunked) skip(n int) int {
	// The two bytes of the line break are none of the body.
	length := max(0, b.left-2) - max(0, b.left-n-2)
	b.left -= n
	return length
}

func (b *chunked) unseen() int   { return b.left }
func (b *chunked) isWhole() bool { return b.last && b.left == 0 }
