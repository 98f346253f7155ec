package main

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/zalando/skipper/loadbalancer"
	"github.com/zalando/skipper/routing"
)

type timing struct {
	Endpoints  int     `json:"endpoints"`
	Bounded    bool    `json:"bounded"`
	NsPerPick  float64 `json:"nsPerPick"`
	BytesPerOp int64   `json:"bytesPerPick"`
}

// benchContext has three requests under way at each endpoint, and every endpoint kept.
func benchContext(count int, bounded bool) (*routing.LBContext, error) {
	q := question{}
	for i := range count {
		q.Endpoints = append(q.Endpoints, fmt.Sprintf("http://10.2.%d.%d:8080", i>>8, i&255))
		q.Kept = append(q.Kept, i)
		q.Inflight = append(q.Inflight, 3)
	}
	if bounded {
		q.Factor = 1.25
	}
	route, err := routeOf(q.Endpoints)
	if err != nil {
		return nil, err
	}
	return contextOf(route, q), nil
}

func timingOf(count int, bounded bool) (timing, error) {
	ctx, err := benchContext(count, bounded)
	if err != nil {
		return timing{}, err
	}
	// Strings, as filters put them into Params: making each an interface value is part of asking Skipper.
	keys := make([]string, 4096)
	for i := range keys {
		keys[i] = fmt.Sprintf("product-%d", 10_000+i)
	}
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i++ {
			ctx.Params[loadbalancer.ConsistentHashKey] = keys[i&4095]
			ctx.Route.LBAlgorithm.Apply(ctx)
		}
	})
	nanoseconds := float64(result.T.Nanoseconds()) / float64(result.N)
	return timing{count, bounded, nanoseconds, result.AllocedBytesPerOp()}, nil
}

func benchmarkAll() error {
	timings := []timing{}
	for _, count := range []int{50, 1000} {
		for _, bounded := range []bool{false, true} {
			one, err := timingOf(count, bounded)
			if err != nil {
				return err
			}
			timings = append(timings, one)
		}
	}
	return json.NewEncoder(os.Stdout).Encode(timings)
}
