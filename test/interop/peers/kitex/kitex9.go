//go:build without_mixed

package main

import "github.com/cloudwego/kitex/pkg/retry"

func addMixedPolicies(byName, *retry.FailurePolicy, *retry.BackupPolicy) {}
