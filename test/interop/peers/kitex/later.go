//go:build !kitex9

package main

import "github.com/cloudwego/kitex/pkg/retry"

// addMixedPolicies adds what Kitex has since v0.11.
func addMixedPolicies(policies byName, failure *retry.FailurePolicy, backup *retry.BackupPolicy) {
	mixed := retry.NewMixedPolicy(30)
	policies["mixed"] = &retry.Policy{Enable: true, Type: retry.MixedType, MixedPolicy: mixed}
	policies["all three"] = &retry.Policy{
		Enable: true, Type: retry.BackupType,
		FailurePolicy: failure, BackupPolicy: backup, MixedPolicy: mixed,
	}
}
