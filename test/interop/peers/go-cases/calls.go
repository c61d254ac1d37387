package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"peer/gen/interop"
)

// Client is what a peer wraps around its own generated client.
type Client struct {
	interop.Interop
	// NotThere calls a method that no server has.
	NotThere func(ctx context.Context) error
	// ErrorType is the type of the TApplicationException that an error stands for; -1 if it stands for none.
	ErrorType func(err error) int32
}

// Report prints the outcome of one case; an empty detail means that it passed.
func Report(name, detail string) {
	line, _ := json.Marshal(map[string]any{"case": name, "ok": detail == "", "detail": detail})
	fmt.Fprintln(os.Stdout, string(line))
}

// Run makes all calls and reports each.
func Run(client Client) {
	ctx := context.Background()
	for _, name := range Names {
		difference, err := client.Check(ctx, name, Build(name))
		Report("check "+name, either(err, difference))
		produced, err := client.Produce(ctx, name)
		Report("produce "+name, received(name, produced, err))
		echoed, err := client.Echo(ctx, Build(name))
		Report("echo "+name, received(name, echoed, err))
	}
	runCombine(ctx, client)
	runFlip(ctx, client)
	Report("void", either(client.Nothing(ctx), ""))
	sum, err := client.BaseAdd(ctx, 2147483647, -7)
	Report("inherited method", either(err, difference(int32(2147483640), sum)))
	runFailures(ctx, client)
	runOneway(ctx, client)
	runMany(ctx, client)
}

func either(err error, detail string) string {
	if err != nil {
		return "error: " + err.Error()
	}
	return detail
}

func received(name string, value *interop.Everything, err error) string {
	if err != nil {
		return either(err, "")
	}
	return Difference(name, value)
}

func runCombine(ctx context.Context, client Client) {
	data, words := []byte{0, 255, 10}, []string{"a", "ü", ""}
	combined, err := client.Combine(ctx, true, -5, 300, 70000, -5000000000, 2.5, "text", data, interop.Color_BLUE, words)
	expected := Combine(true, -5, 300, 70000, -5000000000, 2.5, "text", data, interop.Color_BLUE, words)
	Report("several arguments", either(err, difference(expected, combined)))
}

func runFlip(ctx context.Context, client Client) {
	label, flipped := "here", "here!"
	point := &interop.Point{X: 1, Y: 2}
	pairs := []struct {
		name         string
		sent, wanted *interop.Shape
	}{
		{"struct", &interop.Shape{Dot: point}, &interop.Shape{Dot: &interop.Point{X: 2, Y: 1}}},
		{"nested struct", &interop.Shape{Circle: &interop.Circle{Center: point, Radius: 1}}, &interop.Shape{Dot: point}},
		{"string", &interop.Shape{Label: &label}, &interop.Shape{Label: &flipped}},
		{"list", &interop.Shape{Polygon: []int32{1, 2, 3}}, &interop.Shape{Polygon: []int32{3, 2, 1}}},
	}
	for _, pair := range pairs {
		shape, err := client.Flip(ctx, pair.sent)
		Report("union of a "+pair.name, either(err, difference(pair.wanted, shape)))
	}
}

func runFailures(ctx context.Context, client Client) {
	_, err := client.Fail(ctx, "notFound")
	wanted := &interop.NotFound{Message: "not here", Code: 404, Details: map[string]string{"key": "value"}}
	Report("first declared exception", difference(error(wanted), err))
	_, err = client.Fail(ctx, "denied")
	Report("second declared exception", difference(error(&interop.Denied{Reason: "closed"}), err))
	_, err = client.Fail(ctx, "undeclared")
	// C++ reports what its handlers throw as type 0, everybody else as 6.
	if code := client.ErrorType(err); code == 0 || code == 6 {
		Report("undeclared exception", "")
	} else {
		Report("undeclared exception", fmt.Sprintf("error of type %d: %v", code, err))
	}
	kept, err := client.Fail(ctx, "fine")
	Report("result beside exceptions", either(err, difference("fine", kept)))
	err = client.NotThere(ctx)
	// Kitex asks for the service first and says 20 when it does not know it.
	if code := client.ErrorType(err); code == 1 || code == 20 {
		Report("unknown method", "")
	} else {
		Report("unknown method", fmt.Sprintf("error of type %d: %v", code, err))
	}
}

func runOneway(ctx context.Context, client Client) {
	text := fmt.Sprintf("kept %d", time.Now().UnixNano())
	if err := client.Remember(ctx, text); err != nil {
		Report("oneway", either(err, ""))
		return
	}
	recalled := ""
	var err error
	for attempt := 0; attempt < 200 && recalled != text; attempt++ {
		if recalled, err = client.Recall(ctx); err != nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	Report("oneway", either(err, difference(text, recalled)))
}

func runMany(ctx context.Context, client Client) {
	for i := int32(0); i < 200; i++ {
		sum, err := client.BaseAdd(ctx, i, 1)
		if detail := either(err, difference(i+1, sum)); detail != "" {
			Report("200 calls in a row", detail)
			return
		}
	}
	Report("200 calls in a row", "")
}
