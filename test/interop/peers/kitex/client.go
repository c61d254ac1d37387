package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/remote"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"

	"peer/cases"
	gen "peer/gen/interop"
	"peer/gen/interop/interop"
	"peer/gen/interop/interopnext"
)

// clientOptions are those of every client: where to call, over what, and who calls.
func clientOptions(address, protocol string, settings settings) []client.Option {
	options := []client.Option{
		client.WithHostPorts(strings.Split(address, ",")...),
		client.WithMetaHandler(transmeta.ClientTTHeaderHandler),
		client.WithClientBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: "interop.caller"}),
		client.WithRPCTimeout(5 * time.Second),
	}
	switch protocol {
	case "buffered":
		options = append(options, client.WithTransportProtocol(transport.PurePayload))
	case "framed":
		options = append(options, client.WithTransportProtocol(transport.Framed))
	case "ttheader":
		// Framed is Kitex's default and TTHeader is added to it, unless the default is taken back first.
		options = append(options, client.WithTransportProtocol(transport.PurePayload),
			client.WithTransportProtocol(transport.TTHeader))
	case "ttheaderframed":
		options = append(options, client.WithTransportProtocol(transport.TTHeaderFramed))
	}
	switch settings["pool"] {
	case "short":
		options = append(options, client.WithShortConnection())
	case "mux":
		options = append(options, client.WithMuxConnection(1))
	}
	return options
}

// plain drops the call options from the generated client's methods.
type plain struct{ client interop.Client }

func (p plain) BaseAdd(ctx context.Context, a int32, b int32) (int32, error) {
	return p.client.BaseAdd(ctx, a, b)
}

func (p plain) Check(ctx context.Context, name string, value *gen.Everything) (string, error) {
	return p.client.Check(ctx, name, value)
}

func (p plain) Produce(ctx context.Context, name string) (*gen.Everything, error) {
	return p.client.Produce(ctx, name)
}

func (p plain) Echo(ctx context.Context, value *gen.Everything) (*gen.Everything, error) {
	return p.client.Echo(ctx, value)
}

func (p plain) Combine(ctx context.Context, flag bool, tiny int8, small int16, medium int32, big int64, real float64,
	text string, data []byte, color gen.Color, words []string) (string, error) {
	return p.client.Combine(ctx, flag, tiny, small, medium, big, real, text, data, color, words)
}

func (p plain) Flip(ctx context.Context, shape *gen.Shape) (*gen.Shape, error) {
	return p.client.Flip(ctx, shape)
}

func (p plain) Nothing(ctx context.Context) error {
	return p.client.Nothing(ctx)
}

func (p plain) Fail(ctx context.Context, kind string) (string, error) {
	return p.client.Fail(ctx, kind)
}

func (p plain) Remember(ctx context.Context, text string) error {
	return p.client.Remember(ctx, text)
}

func (p plain) Recall(ctx context.Context) (string, error) {
	return p.client.Recall(ctx)
}

func call(address, protocol string, settings settings) {
	options := clientOptions(address, protocol, settings)
	calling, err := interop.NewClient("Interop", options...)
	check(err)
	next, err := interopnext.NewClient("InteropNext", options...)
	check(err)
	cases.Run(cases.Client{
		Interop: plain{calling},
		NotThere: func(ctx context.Context) error {
			_, err := next.NotThere(ctx, 1)
			return err
		},
		ErrorType: errorType,
	})
}

func errorType(err error) int32 {
	var remoteError *remote.TransError
	if errors.As(err, &remoteError) {
		return remoteError.TypeID()
	}
	return -1
}
