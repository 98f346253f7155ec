package main

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/zalando/skipper/dataclients/kubernetes/kubernetestest"
	"sigs.k8s.io/yaml"
)

// yamlQuestion is a text of YAML: one document, or with Fixture a file of objects.
type yamlQuestion struct {
	Text    string `json:"text"`
	Fixture bool   `json:"fixture"`
}

type yamlAnswer struct {
	// JSON of the document, or of the answers to a client that lists all kinds.
	Value   json.RawMessage `json:"value,omitempty"`
	Refused string          `json:"refused,omitempty"`
}

var listed = []string{"ingresses", "routegroups", "services", "endpoints", "endpointslices", "secrets"}

// askYAML answers as kubectl reads a document, and as the API server of Skipper's own tests lists a file.
func askYAML(q yamlQuestion) (yamlAnswer, error) {
	read := readDocument
	if q.Fixture {
		read = listFixture
	}
	value, err := read(q.Text)
	if err != nil {
		return yamlAnswer{Refused: err.Error()}, nil
	}
	return yamlAnswer{Value: value}, nil
}

func readDocument(text string) (json.RawMessage, error) {
	return yaml.YAMLToJSON([]byte(text))
}

func listFixture(text string) (json.RawMessage, error) {
	api, err := kubernetestest.NewAPI(kubernetestest.TestAPIOptions{}, strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	lists := make(map[string]json.RawMessage, len(listed))
	for _, kind := range listed {
		recorder := httptest.NewRecorder()
		api.ServeHTTP(recorder, httptest.NewRequest("GET", "/apis/x/"+kind, nil))
		if recorder.Code != 200 {
			return nil, fmt.Errorf("%s: status %d", kind, recorder.Code)
		}
		lists[kind] = recorder.Body.Bytes()
	}
	return json.Marshal(lists)
}
