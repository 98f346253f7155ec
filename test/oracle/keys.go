package main

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"

	"github.com/zalando/skipper/filters"
	"github.com/zalando/skipper/filters/consistenthash"
	"github.com/zalando/skipper/loadbalancer"
	skippernet "github.com/zalando/skipper/net"
)

// keyQuestion asks what Skipper would hash for a request. Bytes travel as one character each.
type keyQuestion struct {
	// Template is the argument of consistentHashKey; nil for a route without that filter.
	Template   *string `json:"template"`
	Request    string  `json:"request"`
	RemoteAddr string  `json:"remoteAddr"`
}

// keyAnswer has no key where Go's server would have refused the request.
type keyAnswer struct {
	Key     string `json:"key"`
	Refused string `json:"refused,omitempty"`
}

// keyContext is as much of a filter's context as the filter asks for.
type keyContext struct {
	filters.FilterContext
	request *http.Request
	bag     map[string]any
}

func (c *keyContext) Request() *http.Request   { return c.request }
func (c *keyContext) Response() *http.Response { return nil }
func (c *keyContext) PathParam(string) string  { return "" }
func (c *keyContext) StateBag() map[string]any { return c.bag }

func askKey(q keyQuestion) (keyAnswer, error) {
	request, err := http.ReadRequest(bufio.NewReader(strings.NewReader(bytesOf(q.Request))))
	if err != nil {
		return keyAnswer{Refused: err.Error()}, nil
	}
	request.RemoteAddr = q.RemoteAddr
	ctx := &keyContext{request: request, bag: map[string]any{}}
	if q.Template != nil {
		filter, err := consistenthash.NewConsistentHashKey().CreateFilter([]any{*q.Template})
		if err != nil {
			return keyAnswer{}, fmt.Errorf("consistentHashKey(%q): %w", *q.Template, err)
		}
		filter.Request(ctx)
	}
	// What the algorithm falls back to, which keeps it to itself.
	key, ok := ctx.bag[loadbalancer.ConsistentHashKey].(string)
	if !ok {
		key = skippernet.RemoteHost(request).String()
	}
	return keyAnswer{Key: charactersOf(key)}, nil
}

func bytesOf(characters string) string {
	var bytes strings.Builder
	for _, character := range characters {
		bytes.WriteByte(byte(character))
	}
	return bytes.String()
}

func charactersOf(bytes string) string {
	characters := make([]rune, len(bytes))
	for i := range len(bytes) {
		characters[i] = rune(bytes[i])
	}
	return string(characters)
}
