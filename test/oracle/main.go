// The oracle: Skipper's own consistentHash, asked over stdin and stdout.
//
// Without arguments it reads cases, one JSON object a line (the form of test/vectors), and answers each with a line
// {"picks": [...]}, indices into the case's endpoints. With -keys it reads requests and answers {"key": "..."}, what
// Skipper would hash for each. With -health it reads what became of requests and answers with the weights that Skipper
// gives to the endpoints, and with those that it picks then. With -yaml it reads texts and answers {"value": ...}, what
// Go makes of each. With -fixtures it runs the cases in the folders that follow, as Skipper's own tests do, and exits 0
// when all pass. With -bench N it times Skipper's code in N rounds and prints one JSON object.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/zalando/skipper/eskip"
	"github.com/zalando/skipper/loadbalancer"
	"github.com/zalando/skipper/routing"
)

type question struct {
	Endpoints []string `json:"endpoints"`
	Kept      []int    `json:"kept"`
	Inflight  []int    `json:"inflight"`
	Factor    float64  `json:"factor"`
	Keys      []string `json:"keys"`
}

type answer struct {
	Picks []int `json:"picks"`
}

// routeOf is a route as Skipper's routing has it once it was post-processed.
func routeOf(addresses []string) (*routing.Route, error) {
	route := &routing.Route{Route: eskip.Route{
		BackendType: eskip.LBBackend,
		LBAlgorithm: "consistentHash",
		LBEndpoints: eskip.NewLBEndpoints(addresses),
	}}
	routes := loadbalancer.NewAlgorithmProvider().Do([]*routing.Route{route})
	if len(routes) != 1 {
		return nil, fmt.Errorf("skipper refuses the endpoints %q", addresses)
	}
	routing.NewEndpointRegistry(routing.RegistryOptions{}).Do(routes)
	return routes[0], nil
}

func contextOf(route *routing.Route, q question) *routing.LBContext {
	for i, inflight := range q.Inflight {
		for range inflight {
			route.LBEndpoints[i].Metrics.IncInflightRequest()
		}
	}
	kept := make([]routing.LBEndpoint, 0, len(q.Kept))
	for _, i := range q.Kept {
		kept = append(kept, route.LBEndpoints[i])
	}
	ctx := &routing.LBContext{Route: route, LBEndpoints: kept, Params: map[string]any{}}
	if q.Factor > 0 {
		ctx.Params[loadbalancer.ConsistentHashBalanceFactor] = q.Factor
	}
	return ctx
}

func ask(q question) (answer, error) {
	route, err := routeOf(q.Endpoints)
	if err != nil {
		return answer{}, err
	}
	// An endpoint is known by what Skipper would dial, so a duplicate answers with its first place.
	places := make(map[string]int, len(q.Endpoints))
	for i := len(route.LBEndpoints) - 1; i >= 0; i-- {
		places[route.LBEndpoints[i].Scheme+"://"+route.LBEndpoints[i].Host] = i
	}
	ctx := contextOf(route, q)
	a := answer{Picks: make([]int, 0, len(q.Keys))}
	for _, key := range q.Keys {
		ctx.Params[loadbalancer.ConsistentHashKey] = key
		picked := route.LBAlgorithm.Apply(ctx)
		a.Picks = append(a.Picks, places[picked.Scheme+"://"+picked.Host])
	}
	return a, nil
}

func answerAll[Q, A any](ask func(Q) (A, error)) error {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	decoder := json.NewDecoder(in)
	encoder := json.NewEncoder(out)
	for decoder.More() {
		var q Q
		if err := decoder.Decode(&q); err != nil {
			return err
		}
		a, err := ask(q)
		if err != nil {
			return err
		}
		if err := encoder.Encode(a); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	bench := flag.Int("bench", 0, "time Skipper's own code in so many rounds instead of answering")
	keys := flag.Bool("keys", false, "answer what is hashed for requests instead of where keys go")
	health := flag.Bool("health", false, "answer what passive health comes to instead of where keys go")
	texts := flag.Bool("yaml", false, "answer what YAML means instead of where keys go")
	fixtures := flag.Bool("fixtures", false, "run the cases in the folders that follow instead of answering")
	flag.Parse()
	if *fixtures {
		testFixtures(flag.Args())
	}
	run := func() error { return answerAll(ask) }
	switch {
	case *bench > 0:
		run = func() error { return benchmarkAll(*bench) }
	case *keys:
		run = func() error { return answerAll(askKey) }
	case *health:
		run = func() error { return answerAll(askHealth) }
	case *texts:
		run = func() error { return answerAll(askYAML) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
