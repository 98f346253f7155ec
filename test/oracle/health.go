package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"time"
	"unsafe"

	"github.com/sirupsen/logrus"
	"github.com/zalando/skipper/eskip"
	"github.com/zalando/skipper/filters"
	"github.com/zalando/skipper/filters/consistenthash"
	"github.com/zalando/skipper/loadbalancer"
	"github.com/zalando/skipper/proxy"
	"github.com/zalando/skipper/routing"
	"github.com/zalando/skipper/routing/testdataclient"
)

// healthQuestion asks what Skipper makes of failed requests: one answer per round, on the same proxy.
type healthQuestion struct {
	Algorithm                  string   `json:"algorithm"`
	Endpoints                  []string `json:"endpoints"`
	Factor                     float64  `json:"factor"`
	MinRequests                int64    `json:"minRequests"`
	MinDropProbability         float64  `json:"minDropProbability"`
	MaxDropProbability         float64  `json:"maxDropProbability"`
	MaxUnhealthyEndpointsRatio float64  `json:"maxUnhealthyEndpointsRatio"`
	Rounds                     []round  `json:"rounds"`
}

// round is a period with so many requests and failures per endpoint, and requests after its end.
type round struct {
	Outcomes [][2]int `json:"outcomes"`
	Inflight []int    `json:"inflight"`
	Picks    []pick   `json:"picks"`
}

// pick has draws in [0, 1), as multiples of 2^-32: whether the unhealthy are dropped, and those of the algorithm.
type pick struct {
	Key    string   `json:"key"`
	Health uint32   `json:"health"`
	Draws  []uint32 `json:"draws"`
}

type healthAnswer struct {
	Weights []float64 `json:"weights"`
	Drops   []float64 `json:"drops"`
	Picks   []int     `json:"picks"`
	// Kept counts the endpoints that each pick could choose from.
	Kept []int `json:"kept"`
}

// The end of a period, which Skipper ties to a ticker: once through, as the registry is closed already.
//
//go:linkname endPeriod github.com/zalando/skipper/routing.(*EndpointRegistry).updateStats
func endPeriod(*routing.EndpointRegistry)

// unitSource makes rand.Float64 give the draw.
type unitSource struct{ draw uint32 }

func (s *unitSource) Uint64() uint64 { return uint64(s.draw) << 21 }

// indexSource makes rand.IntN(below) give the part of below that each draw says, in turn: IntN takes the upper half of
// a number, or for powers of two its last bits.
type indexSource struct {
	draws []uint32
	below int
}

func (s *indexSource) Uint64() uint64 {
	draw := uint64(s.draws[0])
	s.draws = s.draws[1:]
	return draw<<32 | draw*uint64(s.below)>>32
}

// watched is Skipper's algorithm, told how many there are to choose from before it draws.
type watched struct {
	routing.LBAlgorithm
	source *indexSource
	kept   int
}

func (w *watched) Apply(ctx *routing.LBContext) routing.LBEndpoint {
	w.kept = len(ctx.LBEndpoints)
	w.source.below = w.kept
	if reflect.TypeOf(w.LBAlgorithm).Elem().Name() == "leastRequests" {
		w.source.below -= firstLeast(ctx.LBEndpoints)
	}
	return w.LBAlgorithm.Apply(ctx)
}

// firstLeast is from where leastRequests draws: it looks at no endpoint before the first of the least loaded ones.
func firstLeast(endpoints []routing.LBEndpoint) int {
	least := 0
	factor := func(i int) float64 {
		return float64(endpoints[i].Metrics.InflightRequests()) / endpoints[i].Metrics.Weight()
	}
	for i := range endpoints {
		if factor(i) < factor(least) {
			least = i
		}
	}
	return least
}

// replace sets a field that Skipper keeps to itself.
func replace(object any, field string, value any) {
	found := reflect.ValueOf(object).Elem().FieldByName(field)
	if found.IsValid() {
		reflect.NewAt(found.Type(), unsafe.Pointer(found.UnsafeAddr())).Elem().Set(reflect.ValueOf(value))
	}
}

// skipperUnderTest is Skipper's proxy with one route, and a network on which every request succeeds.
type skipperUnderTest struct {
	question healthQuestion
	registry *routing.EndpointRegistry
	proxy    *proxy.Proxy
	routing  *routing.Routing
	watched  *watched
	health   unitSource
	source   indexSource
	route    *routing.Route
	host     string
}

// Do is the last to see the route before it serves.
func (s *skipperUnderTest) Do(routes []*routing.Route) []*routing.Route {
	for _, route := range routes {
		replace(route.LBAlgorithm, "rnd", rand.New(&s.source))
		replace(route.LBAlgorithm, "index", int64(0))
		s.watched = &watched{LBAlgorithm: route.LBAlgorithm, source: &s.source}
		route.LBAlgorithm = s.watched
		s.route = route
	}
	return routes
}

// RoundTrip answers at once and notes whom.
func (s *skipperUnderTest) RoundTrip(request *http.Request) (*http.Response, error) {
	s.host = request.URL.Host
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: request}, nil
}

func newSkipper(q healthQuestion) (*skipperUnderTest, error) {
	logrus.SetLevel(logrus.ErrorLevel)
	s := &skipperUnderTest{question: q, registry: routing.NewEndpointRegistry(routing.RegistryOptions{
		StatsResetPeriod:              time.Hour,
		MinRequests:                   q.MinRequests,
		MinHealthCheckDropProbability: q.MinDropProbability,
		MaxHealthCheckDropProbability: q.MaxDropProbability,
	})}
	s.registry.Close()
	known := make(filters.Registry)
	known.Register(consistenthash.NewConsistentHashKey())
	known.Register(consistenthash.NewConsistentHashBalanceFactor())
	s.routing = routing.New(routing.Options{
		FilterRegistry:  known,
		DataClients:     []routing.DataClient{testdataclient.New([]*eskip.Route{routeToAsk(q)})},
		PostProcessors:  []routing.PostProcessor{loadbalancer.NewAlgorithmProvider(), s.registry, s},
		PollTimeout:     time.Hour,
		SignalFirstLoad: true,
	})
	<-s.routing.FirstLoad()
	if s.route == nil {
		return nil, errors.New("skipper refuses the route")
	}
	s.proxy = proxy.WithParams(proxy.Params{
		Routing:                    s.routing,
		AccessLogDisabled:          true,
		CloseIdleConnsPeriod:       -1,
		EnablePassiveHealthCheck:   true,
		PassiveHealthCheck:         &proxy.PassiveHealthCheck{MaxUnhealthyEndpointsRatio: q.MaxUnhealthyEndpointsRatio},
		CustomHttpRoundTripperWrap: func(http.RoundTripper) http.RoundTripper { return s },
	})
	healthy := reflect.ValueOf(s.proxy).Elem().FieldByName("healthyEndpoints")
	replace(reflect.NewAt(healthy.Type().Elem(), healthy.UnsafePointer()).Interface(), "rnd", rand.New(&s.health))
	return s, nil
}

func routeToAsk(q healthQuestion) *eskip.Route {
	route := &eskip.Route{
		Id:          "asked",
		BackendType: eskip.LBBackend,
		LBAlgorithm: q.Algorithm,
		LBEndpoints: eskip.NewLBEndpoints(q.Endpoints),
		Filters:     []*eskip.Filter{{Name: filters.ConsistentHashKeyName, Args: []any{"${request.header.Key}"}}},
	}
	if q.Factor > 0 {
		bounded := &eskip.Filter{Name: filters.ConsistentHashBalanceFactorName, Args: []any{q.Factor}}
		route.Filters = append(route.Filters, bounded)
	}
	return route
}

func (s *skipperUnderTest) close() {
	s.proxy.Close()
	s.routing.Close()
}

func (s *skipperUnderTest) play(r round) (healthAnswer, error) {
	a := healthAnswer{Weights: []float64{}, Drops: []float64{}, Picks: []int{}, Kept: []int{}}
	endpoints := s.route.LBEndpoints
	for i, counts := range r.Outcomes {
		for n := range counts[0] {
			endpoints[i].Metrics.IncRequests(routing.IncRequestsOptions{FailedRoundTrip: n < counts[1]})
		}
	}
	endPeriod(s.registry)
	places := make(map[string]int, len(endpoints))
	for i, endpoint := range endpoints {
		a.Weights = append(a.Weights, endpoint.Metrics.Weight())
		a.Drops = append(a.Drops, endpoint.Metrics.HealthCheckDropProbability())
		places[endpoint.Host] = i
		for range r.Inflight[i] {
			endpoint.Metrics.IncInflightRequest()
			// They will have succeeded by the end of the next period, as those of the picks.
			endpoint.Metrics.IncRequests(routing.IncRequestsOptions{})
		}
	}
	for _, one := range r.Picks {
		if err := s.serve(one); err != nil {
			return a, err
		}
		a.Picks = append(a.Picks, places[s.host])
		a.Kept = append(a.Kept, s.watched.kept)
		// The request stays under way until the end of the round.
		endpoints[places[s.host]].Metrics.IncInflightRequest()
	}
	for _, endpoint := range endpoints {
		for endpoint.Metrics.InflightRequests() > 0 {
			endpoint.Metrics.DecInflightRequest()
		}
	}
	return a, nil
}

func (s *skipperUnderTest) serve(one pick) error {
	s.health.draw = one.Health
	s.source.draws = one.Draws
	request := httptest.NewRequest(http.MethodGet, "http://asked.example.org/", nil)
	request.Header.Set("Key", one.Key)
	response := httptest.NewRecorder()
	s.proxy.ServeHTTP(response, request)
	if response.Code != http.StatusOK {
		return fmt.Errorf("skipper answers %d for key %q", response.Code, one.Key)
	}
	return nil
}

func askHealth(q healthQuestion) ([]healthAnswer, error) {
	s, err := newSkipper(q)
	if err != nil {
		return nil, err
	}
	defer s.close()
	answers := []healthAnswer{}
	for _, r := range q.Rounds {
		a, err := s.play(r)
		if err != nil {
			return nil, err
		}
		answers = append(answers, a)
	}
	return answers, nil
}
