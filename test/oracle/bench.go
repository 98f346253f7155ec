package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"time"

	"github.com/zalando/skipper/loadbalancer"
	"github.com/zalando/skipper/routing"
)

// So many that the processor cannot learn by heart which way each search goes.
const keyCount = 1 << 16

type timing struct {
	Endpoints    int     `json:"endpoints"`
	Bounded      bool    `json:"bounded"`
	NsPerPick    float64 `json:"nsPerPick"`
	BytesPerPick float64 `json:"bytesPerPick"`
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

func timingOf(count int, bounded bool, rounds int) (timing, error) {
	ctx, err := benchContext(count, bounded)
	if err != nil {
		return timing{}, err
	}
	// Strings, as filters put them into Params: making each an interface value is part of asking Skipper.
	keys := make([]string, keyCount)
	for i := range keys {
		keys[i] = fmt.Sprintf("product-%d", 10_000+i)
	}
	at := 0
	run := func(picks int) {
		for range picks {
			ctx.Params[loadbalancer.ConsistentHashKey] = keys[at]
			ctx.Route.LBAlgorithm.Apply(ctx)
			at = (at + 1) % keyCount
		}
	}
	return timing{count, bounded, nsPerPick(run, rounds), bytesPerPick(run)}, nil
}

// nsPerPick takes the least of many short rounds, as the benchmark of the other side does: other work on the machine
// interrupts long rounds, and all of them.
func nsPerPick(run func(picks int), rounds int) float64 {
	const picks = 2048
	run(picks)
	least := time.Duration(math.MaxInt64)
	for range rounds {
		began := time.Now()
		run(picks)
		least = min(least, time.Since(began))
	}
	return float64(least.Nanoseconds()) / picks
}

func bytesPerPick(run func(picks int)) float64 {
	const picks = 1 << 16
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	run(picks)
	runtime.ReadMemStats(&after)
	return math.Round(float64(after.TotalAlloc-before.TotalAlloc) / picks)
}

func benchmarkAll(rounds int) error {
	timings := []timing{}
	for _, count := range []int{50, 1000} {
		for _, bounded := range []bool{false, true} {
			one, err := timingOf(count, bounded, rounds)
			if err != nil {
				return err
			}
			timings = append(timings, one)
		}
	}
	return json.NewEncoder(os.Stdout).Encode(timings)
}
