// Command prometheus-rules is Prometheus' own code as a small program. It gets a file of rules and, as JSON on standard
// input, series of the past; it gives, as JSON, the alerts that fire. Or it answers queries about such series, or reads a page of
// metrics as a scrape does.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/model/textparse"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
)

const step = time.Minute

// Question is what is known of the past, and the moment that is asked about.
type Question struct {
	// Series and their values, one for each minute, in the notation of Prometheus' unit tests.
	Series []struct{ Series, Values string } `json:"series"`
	// AfterMinutes from the first value on.
	AfterMinutes int `json:"afterMinutes"`
	// Queries to answer at that moment.
	Queries []string `json:"queries"`
}

// Answer is what a query comes to.
type Answer struct {
	// Complaint is why there is none; empty when there is.
	Complaint string `json:"complaint"`
	// Series are the labels of each series of the result.
	Series []map[string]string `json:"series"`
}

// Alert is one that fires.
type Alert struct {
	Name        string            `json:"name"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "check":
		return check(args[1])
	case len(args) == 2 && args[0] == "fire":
		return answer(args[1])
	case len(args) == 1 && args[0] == "ask":
		return ask()
	case len(args) == 1 && args[0] == "scrape":
		return scrape()
	}
	return errors.New("usage: prometheus-rules check|fire FILE, or ask, or scrape")
}

func check(file string) error {
	_, problems := rulefmt.ParseFile(file, false, model.LegacyValidation, parser.NewParser(parser.Options{}))
	return errors.Join(problems...)
}

// answer gives one line of JSON for each line that it gets.
func answer(file string) error {
	out := json.NewEncoder(os.Stdout)
	questions := json.NewDecoder(bufio.NewReader(os.Stdin))
	for {
		var question Question
		if err := questions.Decode(&question); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		firing, err := fire(file, question)
		if err != nil {
			return err
		}
		if err := out.Encode(firing); err != nil {
			return err
		}
	}
}

func fire(file string, question Question) ([]Alert, error) {
	past, err := promqltest.NewLazyLoader(notation(question), promqltest.LazyLoaderOpts{})
	if err != nil {
		return nil, err
	}
	defer past.Close()
	manager := rules.NewManager(&rules.ManagerOptions{
		QueryFunc:  rules.EngineQueryFunc(past.QueryEngine(), past.Storage()),
		Appendable: past.Storage(),
		Context:    context.Background(),
		NotifyFunc: func(context.Context, string, ...*rules.Alert) {},
		Logger:     promslog.NewNopLogger(),
	})
	groups, problems := manager.LoadGroups(step, labels.EmptyLabels(), "", nil, false, file)
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	until := time.Unix(0, 0).UTC().Add(time.Duration(question.AfterMinutes) * step)
	for now := time.Unix(0, 0).UTC(); !now.After(until); now = now.Add(step) {
		past.WithSamplesTill(now, func(e error) {
			err = errors.Join(err, e)
			for _, group := range groups {
				group.Eval(past.Context(), now)
			}
		})
	}
	return firing(groups), err
}

func notation(question Question) string {
	lines := []string{fmt.Sprintf("load %s", model.Duration(step))}
	for _, series := range question.Series {
		lines = append(lines, fmt.Sprintf("  %s %s", series.Series, series.Values))
	}
	return strings.Join(lines, "\n")
}

func firing(groups map[string]*rules.Group) []Alert {
	found := []Alert{}
	for _, group := range groups {
		for _, rule := range group.Rules() {
			alerting, is := rule.(*rules.AlertingRule)
			if !is {
				continue
			}
			for _, alert := range alerting.ActiveAlerts() {
				if alert.State == rules.StateFiring {
					found = append(found, Alert{rule.Name(), alert.Labels.Map(), alert.Annotations.Map()})
				}
			}
		}
	}
	return found
}

// ask answers the queries of one question.
func ask() error {
	var question Question
	if err := json.NewDecoder(os.Stdin).Decode(&question); err != nil {
		return err
	}
	past, err := promqltest.NewLazyLoader(notation(question), promqltest.LazyLoaderOpts{})
	if err != nil {
		return err
	}
	defer past.Close()
	now := time.Unix(0, 0).UTC().Add(time.Duration(question.AfterMinutes) * step)
	past.WithSamplesTill(now, func(e error) { err = errors.Join(err, e) })
	answers := []Answer{}
	for _, text := range question.Queries {
		answers = append(answers, answerTo(past, text, now))
	}
	return errors.Join(err, json.NewEncoder(os.Stdout).Encode(answers))
}

func answerTo(past *promqltest.LazyLoader, text string, now time.Time) Answer {
	query, err := past.QueryEngine().NewInstantQuery(past.Context(), past.Storage(), nil, text, now)
	if err != nil {
		return Answer{Complaint: err.Error()}
	}
	defer query.Close()
	result, err := query.Exec(past.Context()).Vector()
	if err != nil {
		return Answer{Complaint: err.Error()}
	}
	answer := Answer{Series: []map[string]string{}}
	for _, sample := range result {
		answer.Series = append(answer.Series, sample.Metric.Map())
	}
	return answer
}

// scrape prints the name and the type of each family, one on a line, or says what cannot be read.
func scrape() error {
	page, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	reader, err := textparse.New(page, "text/plain; version=0.0.4", labels.NewSymbolTable(), textparse.ParserOptions{})
	if err != nil {
		return err
	}
	for {
		entry, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if entry == textparse.EntryType {
			name, kind := reader.Type()
			fmt.Printf("%s %s\n", name, kind)
		}
	}
}
