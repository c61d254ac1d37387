// A Kitex server that answers by the query field "which" and prints what it received, and Kitex's generic HTTP client behind net/http.
//
//	peer server                 serves; prints "ready PORT", then a line of JSON for each call
//	peer gateway ADDRESS IDL KIND   forwards HTTP to a Thrift server; KIND is plain or dynamicgo
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/genericclient"
	"github.com/cloudwego/kitex/pkg/generic"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/server"
	"github.com/cloudwego/kitex/server/genericserver"
	"github.com/cloudwego/kitex/transport"
)

var output sync.Mutex

func show(line any) {
	b, err := json.Marshal(line)
	if err != nil {
		panic(err)
	}
	output.Lock()
	defer output.Unlock()
	fmt.Println(string(b))
}

func listen() net.Listener {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return ln
}

func ready(ln net.Listener) {
	fmt.Println("ready", ln.Addr().(*net.TCPAddr).Port)
}

func which(v any) string {
	m, _ := v.(map[string]any)
	r, _ := m["1:struct"].(map[string]any)
	s, _ := r["1:string"].(string)
	return s
}

func reply(method, w string) ([]byte, error) {
	item := func(id int, name string) []byte {
		return strct(fi64(1, int64(id)), fstr(2, name), fi64(3, 9007199254740993), flist(15, 4, 10, u64(1), u64(2)), fstr(5, "re"), fstr(6, "fh"), fstr(8, "tg"), fstr(9, "secret"), fi32(10, 404))
	}
	switch w {
	case "biz":
		return nil, kerrors.NewBizStatusErrorWithExtra(4004, "not here", map[string]string{"k": "v"})
	case "error":
		return nil, errors.New("handler failed")
	case "panic":
		panic("handler panicked")
	case "slow":
		time.Sleep(3 * time.Second)
	case "nores":
		return strct(), nil
	}
	switch method {
	case "Need":
		if w == "ok" {
			return strct(fstruct(0, fstr(1, "here"))), nil
		}
		return strct(fstruct(0, fstr(2, "only other"))), nil
	case "Fails":
		return strct(fstruct(1, fi32(1, 7), fstr(2, "no"))), nil
	case "FailsCoded":
		if w == "failure" {
			return strct(fstruct(2, fi32(1, 8), fstr(2, "second"))), nil
		}
		return strct(fstruct(1, fi32(1, 409), fstr(2, "conflict"), fstr(3, "t-1"))), nil
	case "Str", "Scalar", "TwoArgs":
		return strct(fstr(0, "hi")), nil
	case "Num":
		return strct(fi64(0, 42)), nil
	case "Items":
		return strct(flist(15, 0, 11, str("a"), str("b"))), nil
	case "Nothing", "Fire":
		return strct(), nil
	case "Out":
		switch w {
		case "empty":
			return strct(fstruct(0)), nil
		case "code":
			return strct(fstruct(0, fi32(1, 201), fi32(18, 1))), nil
		case "heads":
			return strct(fstruct(0, fstr(2, "h"), fi64(3, 9007199254740993), fstr(4, "cook"), fstr(5, "hid"), flist(15, 20, 10, u64(1), u64(2)), fstr(19, "qq"))), nil
		case "types":
			return strct(fstruct(0, fstr(6, "ren"), fi64(7, 9007199254740993), fi64(8, 9007199254740993), flist(15, 9, 10, u64(1), u64(9007199254740993)),
				fmap(10, 11, 10, 1, str("k"), u64(9007199254740993)), field(11, 11, append(u32(3), 0xff, 0x00, 0x41)...), fdbl(12, 1.5), fi32(13, 2),
				flist(14, 14, 11, str("t1"), str("t2")), fmap(15, 10, 11, 1, u64(-5), str("five")), field(12, 16, item(1, "n")...), field(2, 21, 1), fstr(22, "tg"), fmap(23, 2, 11, 1, []byte{1}, str("y")))), nil
		case "nan":
			return strct(fstruct(0, fdbl(12, math.NaN()))), nil
		case "whole":
			return strct(fstruct(0, fdbl(12, 3))), nil
		case "unknown":
			return strct(fstruct(0, fstr(99, "new"), fi32(18, 4))), nil
		case "wrongtype":
			return strct(fstruct(0, fstr(7, "text for an i64"))), nil
		case "badenum":
			return strct(fstruct(0, fi32(13, 77))), nil
		case "baseresp":
			return strct(fstruct(0, fstruct(255, fstr(1, "bad"), fi32(2, 7)))), nil
		case "sparse":
			return strct(fstruct(0, fstruct(16))), nil
		case "nested":
			return strct(fstruct(0, field(12, 16, item(1, "n")...), fmap(29, 11, 12, 1, str("k"), strct(fi64(1, 2), fstr(9, "secret"), fi32(10, 404))))), nil
		case "headtypes":
			return strct(fstruct(0, field(2, 25, 1), fdbl(26, 1.5), flist(15, 27, 11, str("a,b"), str("c")), fstruct(28, fi64(1, 5)))), nil
		case "headbreak":
			return strct(fstruct(0, fstr(2, "a\r\nX-Evil: 1"))), nil
		case "code99", "code0", "code1000", "code204":
			n := map[string]int32{"code99": 99, "code0": 0, "code1000": 1000, "code204": 204}[w]
			return strct(fstruct(0, fi32(1, n), fi32(18, 1))), nil
		case "cookiebreak":
			return strct(fstruct(0, fstr(4, "a; Domain=evil.example"))), nil
		case "raw":
			return strct(fstruct(0, fstr(24, "raw-bytes"), fstr(6, "r"))), nil
		case "html":
			return strct(fstruct(0, fstr(6, "<b>&\u2028\"</b>"))), nil
		}
	}
	return strct(fstruct(0, fi32(18, 9))), nil
}

func serve() {
	ln := listen()
	h := &generic.ServiceV2{GenericCall: func(ctx context.Context, service, method string, request interface{}) (interface{}, error) {
		args := dump(request.([]byte))
		show(map[string]any{"method": method, "args": args})
		return reply(method, which(args))
	}}
	s := server.NewServer(server.WithListener(ln), server.WithMetaHandler(transmeta.ServerTTHeaderHandler), server.WithExitWaitTime(time.Millisecond))
	for _, name := range []string{"Gateway", "Bare"} {
		if err := genericserver.RegisterService(s, h, generic.BinaryThriftGenericV2(name)); err != nil {
			panic(err)
		}
	}
	server.RegisterStartHook(func() { ready(ln) })
	if err := s.Run(); err != nil {
		panic(err)
	}
}

func gateway(address, idl, kind string) {
	g := httpGeneric(idl, kind)
	cli, err := genericclient.NewClient("svc", g, client.WithHostPorts(address), client.WithConnectTimeout(5*time.Second), client.WithRPCTimeout(5*time.Second),
		client.WithTransportProtocol(transport.TTHeaderFramed), client.WithMetaHandler(transmeta.ClientTTHeaderHandler))
	if err != nil {
		panic(err)
	}
	ln := listen()
	ready(ln)
	http.Serve(ln, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The client of dynamicgo panics where it does not know what to do with a reply.
		defer func() {
			if recover() != nil {
				w.WriteHeader(500)
			}
		}()
		ctx := metainfo.FromHTTPHeader(context.Background(), metainfo.HTTPHeader(r.Header))
		req, err := generic.FromHTTPRequest(r)
		if err != nil {
			w.WriteHeader(400)
			return
		}
		out, err := cli.GenericCall(ctx, "", req)
		if err != nil {
			w.WriteHeader(500)
			return
		}
		// HTTPResponse.Write panics where the IDL sets no status.
		if resp, ok := out.(*generic.HTTPResponse); ok {
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(resp.Body)
		}
	}))
}

func httpGeneric(idl, kind string) generic.Generic {
	folder := filepath.Dir(idl)
	if kind == "dynamicgo" {
		p, err := generic.NewThriftFileProviderWithDynamicGo(idl, folder)
		if err != nil {
			panic(err)
		}
		return mustGeneric(generic.HTTPThriftGeneric(p, generic.UseRawBodyForHTTPResp(true)))
	}
	p, err := generic.NewThriftFileProvider(idl, folder)
	if err != nil {
		panic(err)
	}
	return mustGeneric(generic.HTTPThriftGeneric(p))
}

func mustGeneric(g generic.Generic, err error) generic.Generic {
	if err != nil {
		panic(err)
	}
	return g
}

func main() {
	klog.SetOutput(io.Discard)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	switch os.Args[1] {
	case "server":
		serve()
	case "gateway":
		gateway(os.Args[2], os.Args[3], os.Args[4])
	default:
		panic("server or gateway, got " + os.Args[1])
	}
}
