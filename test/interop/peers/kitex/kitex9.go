//go:build kitex9

package main

import (
	"github.com/cloudwego/kitex/pkg/retry"

	"peer/cases"
)

// Over Buffered an empty binary arrives as nil.
func init() {
	cases.ReadsEmptyBinaryAsNil = true
}

func addMixedPolicies(byName, *retry.FailurePolicy, *retry.BackupPolicy) {}
