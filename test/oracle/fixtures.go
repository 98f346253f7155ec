package main

import (
	"testing"

	"github.com/zalando/skipper/dataclients/kubernetes/kubernetestest"
)

// testFixtures holds folders of cases to the runner of Skipper's own tests, and ends the process as a test ends.
func testFixtures(folders []string) {
	tests := make([]testing.InternalTest, 0, len(folders))
	for _, folder := range folders {
		tests = append(tests, testing.InternalTest{Name: folder, F: func(t *testing.T) {
			kubernetestest.FixturesToTest(t, folder)
		}})
	}
	matchAll := func(_, _ string) (bool, error) { return true, nil }
	testing.Main(matchAll, tests, nil, nil)
}
