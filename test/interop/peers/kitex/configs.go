package main

import (
	"encoding/json"
	"os"

	"github.com/cloudwego/kitex/pkg/circuitbreak"
	"github.com/cloudwego/kitex/pkg/limiter"
	"github.com/cloudwego/kitex/pkg/retry"
	"github.com/cloudwego/kitex/pkg/rpctimeout"
)

type byName map[string]any

// printConfigs writes values of a config center as Go marshals Kitex's own structs, by category and name.
func printConfigs() {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	check(encoder.Encode(map[string]byName{
		"retry": retryPolicies(),
		"rpc_timeout": {
			"zeros":   &rpctimeout.RPCTimeout{},
			"default": rpctimeout.CopyDefaultRPCTimeout(),
			"rpc":     &rpctimeout.RPCTimeout{RPCTimeoutMS: 300},
		},
		"circuit_break": {
			"off":     &circuitbreak.CBConfig{},
			"default": circuitbreak.GetDefaultCBConfig(),
			"zeros":   &circuitbreak.CBConfig{Enable: true},
		},
		"limit": {
			"zeros": &limiter.LimiterConfig{},
			"both":  &limiter.LimiterConfig{ConnectionLimit: 100, QPSLimit: 2000},
		},
	}))
}

func retryPolicies() byName {
	failure := retry.NewFailurePolicy()
	failure.WithFixedBackOff(10)
	random := retry.NewFailurePolicy()
	random.WithRandomBackOff(10, 100)
	random.WithMaxDurationMS(2000)
	random.WithRetrySameNode()
	backup := retry.NewBackupPolicy(30)
	policies := byName{
		"off":     &retry.Policy{},
		"zeros":   &retry.Policy{Enable: true, FailurePolicy: &retry.FailurePolicy{}},
		"default": &retry.Policy{Enable: true, FailurePolicy: retry.NewFailurePolicy()},
		"fixed":   &retry.Policy{Enable: true, FailurePolicy: failure},
		"random":  &retry.Policy{Enable: true, FailurePolicy: random},
		"no backoff type": &retry.Policy{Enable: true, FailurePolicy: &retry.FailurePolicy{
			StopPolicy:    retry.StopPolicy{MaxRetryTimes: 1},
			BackOffPolicy: &retry.BackOffPolicy{},
		}},
		"backup": &retry.Policy{Enable: true, Type: retry.BackupType, BackupPolicy: backup},
		"error rate beyond Kitex's": &retry.Policy{Enable: true, FailurePolicy: &retry.FailurePolicy{
			StopPolicy: retry.StopPolicy{MaxRetryTimes: 3, CBPolicy: retry.CBPolicy{ErrorRate: 0.5}},
		}},
	}
	addMixedPolicies(policies, failure, backup)
	return policies
}
