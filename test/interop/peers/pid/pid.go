// Package goid takes the place of a module whose assembly today's Go does not accept. Kitex 0.9 spreads buffers by its numbers.
package goid

import "math/rand/v2"

// GetPid returns a number that spreads callers, as the number of a processor does.
func GetPid() int {
	return rand.IntN(1 << 16)
}
