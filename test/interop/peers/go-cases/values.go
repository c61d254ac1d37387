// Package cases holds what both Go peers share: the values of the cases, the service, and the calls of the client.
// The generated package has the same shape from either compiler; the build puts it under peer/gen.
package cases

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"peer/gen/interop"
)

// Names of the cases that carry an Everything.
var Names = []string{"full", "empty", "largest", "doubles", "large", "deep", "keys", "defaults"}

// ReadsEmptyBinaryAsNil is set by a peer whose library makes no difference between an empty binary and none, as Go mostly does not.
var ReadsEmptyBinaryAsNil bool

// Build makes the value of a case.
func Build(name string) *interop.Everything {
	value := *interop.EMPTY
	switch name {
	case "full":
		return interop.FULL
	case "largest":
		return interop.LARGEST
	case "doubles":
		value.Real = math.Copysign(0, -1)
		value.Reals = []float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), 5e-324,
			math.MaxFloat64, 2.2250738585072014e-308}
	case "large":
		value.Bytes = make([]byte, 1_000_000)
		for i := range value.Bytes {
			value.Bytes[i] = byte(i * 31)
		}
		value.Text = strings.Repeat("é", 100_000)
		value.Longs = make([]int64, 20_000)
		for i := range value.Longs {
			value.Longs[i] = int64(i)
		}
	case "deep":
		value.Tree = &interop.Tree{Children: []*interop.Tree{}, Named: map[string]*interop.Tree{}}
		for level := int32(1); level <= 20; level++ {
			children := []*interop.Tree{value.Tree}
			value.Tree = &interop.Tree{Value: level, Children: children, Named: map[string]*interop.Tree{}}
		}
	case "keys":
		value.Keys = keys()
	case "defaults":
		value = *interop.NewEverything()
	}
	value.Name = name
	if name == "empty" {
		value.Name = ""
	}
	return &value
}

func keys() *interop.Keys {
	return &interop.Keys{
		ByBool:   map[bool]string{true: "yes", false: "no"},
		ByI8:     map[int8]string{-128: "min", 127: "max"},
		ByI16:    map[int16]string{-32768: "min", 32767: "max"},
		ByI32:    map[int32]string{math.MinInt32: "min", math.MaxInt32: "max"},
		ByI64:    map[int64]string{math.MinInt64: "min", math.MaxInt64: "max"},
		ByDouble: map[float64]string{0.5: "half", -2.25: "minus"},
		ByString: map[string]string{"": "empty", "ключ": "key"},
		ByBinary: map[string]string{"a": "one", "\x00\xff": "two"},
		ByColor:  map[interop.Color]string{interop.Color_RED: "red", interop.Color_NEGATIVE: "negative"},
	}
}

// Difference tells how a received value differs from that of a case; empty if it does not.
func Difference(name string, received *interop.Everything) string {
	if received == nil {
		return "nothing received"
	}
	expected, actual := *Build(name), *received
	if name == "defaults" {
		return difference(defaultsOf(&expected), defaultsOf(&actual))
	}
	if d := difference(bits(expected.Reals), bits(actual.Reals)); d != "" {
		return "reals: " + d
	}
	if math.Float64bits(expected.Real) != math.Float64bits(actual.Real) {
		return fmt.Sprintf("real: expected %v, got %v", expected.Real, actual.Real)
	}
	for _, value := range []*interop.Everything{&expected, &actual} {
		value.Reals = nil
		value.Words = sorted(value.Words)
		value.Ids = sorted(value.Ids)
		value.Colors = sorted(value.Colors)
		if ReadsEmptyBinaryAsNil {
			value.Bytes = notNil(value.Bytes)
			value.Blobs = slices.Clone(value.Blobs)
			for i, blob := range value.Blobs {
				value.Blobs[i] = notNil(blob)
			}
		}
	}
	return difference(expected, actual)
}

func notNil(value []byte) []byte {
	if value == nil {
		return []byte{}
	}
	return value
}

func defaultsOf(value *interop.Everything) []any {
	return []any{value.Name, value.Color, value.NumberDefault, value.TextDefault, value.ListDefault}
}

func bits(values []float64) []uint64 {
	all := make([]uint64, len(values))
	for i, value := range values {
		all[i] = math.Float64bits(value)
		if math.IsNaN(value) {
			all[i] = math.Float64bits(math.NaN())
		}
	}
	return all
}

func sorted[T cmp.Ordered](values []T) []T {
	copied := slices.Clone(values)
	slices.Sort(copied)
	return copied
}

func difference(expected, actual any) string {
	if reflect.DeepEqual(expected, actual) {
		return ""
	}
	a, b := reflect.ValueOf(expected), reflect.ValueOf(actual)
	if a.Kind() == reflect.Struct {
		for i := 0; i < a.NumField(); i++ {
			if !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
				return a.Type().Field(i).Name + ": " + differs(a.Field(i).Interface(), b.Field(i).Interface())
			}
		}
	}
	return differs(expected, actual)
}

func differs(expected, actual any) string {
	text := fmt.Sprintf("expected %+v, got %+v", expected, actual)
	return text[:min(len(text), 300)]
}

// Combine is what the method combine answers, and what its caller expects.
func Combine(flag bool, tiny int8, small int16, medium int32, big int64, real float64, text string, data []byte,
	color interop.Color, words []string) string {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%t|%d|%d|%d|%d|%v|%s|%x|%d|%s", flag, tiny, small, medium, big, real, text, data, int64(color),
		strings.Join(words, ","))
	return out.String()
}
