// peer scenario NAME [HOST:PORT]: runs one scenario of a Kitex client through a recording proxy, against the server at the address or one
// of its own in the same process, and prints what came of it.
// peer serve: serves Chat on a free port, prints `ready PORT` and what its handlers see, and ends with its input.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/remote/trans/ttstream"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/streaming"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/server"

	"peer/gen/chat"
	chatsvc "peer/gen/chat/chat"
)

// L is what the process prints.
var L = NewLog()

// ours is the address of the server to call instead of one of Kitex.
var ours string

type logw struct{}

func (logw) Write(p []byte) (int, error) {
	s := string(p)
	if i := strings.Index(s, "\nstack="); i > 0 {
		s = s[:i] + " [stack cut]"
	}
	if i := strings.Index(s, "KITEX:"); i >= 0 {
		s = s[i:]
	}
	L.Printf("klog %s", s)
	return len(p), nil
}

type env struct {
	svr   server.Server
	addr  string
	proxy *Proxy
	cli   chatsvc.Client
	h     *impl
}

func startServer(name string, next chatsvc.Client, opts ...server.Option) (server.Server, string, *impl) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	h := &impl{L: L, name: name, next: next}
	opts = append([]server.Option{server.WithListener(ln), server.WithExitWaitTime(3 * time.Second),
		server.WithMetaHandler(transmeta.ServerTTHeaderHandler),
		server.WithServerBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: "svc." + name})}, opts...)
	s := chatsvc.NewServer(h, opts...)
	go func() {
		err := s.Run()
		L.Printf("%s Run returned %v", name, err)
	}()
	time.Sleep(150 * time.Millisecond)
	return s, ln.Addr().String(), h
}
func newClient(addr, from string, opts ...client.Option) chatsvc.Client {
	opts = append([]client.Option{client.WithHostPorts(addr),
		client.WithMetaHandler(transmeta.ClientTTHeaderHandler),
		client.WithClientBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: from})}, opts...)
	return chatsvc.MustNewClient("svc.S", opts...)
}
func setup(copts ...client.Option) *env {
	var s server.Server
	var h *impl
	addr := ours
	if addr == "" {
		s, addr, h = startServer("S", nil)
	}
	p := NewProxy(addr, L, "")
	e := &env{svr: s, addr: addr, proxy: p, h: h}
	copts = append(copts, oneConn)
	e.cli = newClient(p.Addr(), "cli.A", copts...)
	L.Restart()
	return e
}

// one connection per address keeps transcripts readable (default: GOMAXPROCS).
var oneConn = client.WithTTHeaderStreamingOptions(client.WithTTHeaderStreamingTransportOptions(
	ttstream.WithClientMuxConnPool(ttstream.MuxConnConfig{PoolSize: 1})))

func must(err error) {
	if err != nil {
		panic(err)
	}
}
func say(f string, a ...any) { L.Printf("C "+f, a...) }
func wait(ms int)            { time.Sleep(time.Duration(ms) * time.Millisecond) }
func kv(m map[string]string) string {
	var s []string
	for k, v := range m {
		s = append(s, k+"="+v)
	}
	sort.Strings(s)
	return strings.Join(s, " ")
}

func show(m *chat.Res) string {
	if m == nil {
		return "nil"
	}
	if m.N == nil {
		return fmt.Sprintf("Res{text:%q}", m.Text)
	}
	return fmt.Sprintf("Res{text:%q n:%d}", m.Text, *m.N)
}

type recver interface {
	Recv(ctx context.Context) (*chat.Res, error)
	streaming.ClientStream
}

func drain(ctx context.Context, st recver, max int) error {
	for i := 0; i < max; i++ {
		m, err := st.Recv(ctx)
		if err != nil {
			say("Recv -> %T %v", err, err)
			return err
		}
		say("Recv -> %s", show(m))
	}
	return nil
}
func meta(st recver) {
	type r struct {
		s string
	}
	for _, w := range []string{"Header", "Trailer"} {
		ch := make(chan r, 1)
		go func() {
			var m map[string]string
			var err error
			if w == "Header" {
				var x streaming.Header
				x, err = st.Header()
				m = x
			} else {
				var x streaming.Trailer
				x, err = st.Trailer()
				m = x
			}
			ch <- r{fmt.Sprintf("{%s} err=%v", kv(m), err)}
		}()
		select {
		case x := <-ch:
			say("%s() -> %s", w, x.s)
		case <-time.After(300 * time.Millisecond):
			say("%s() still blocks after 300ms", w)
		}
	}
}
func down(e *env, text string, n int32) {
	ctx := context.Background()
	st, err := e.cli.Down(ctx, &chat.Req{Text: text, Count: &n})
	say("open Down(%q,%d) err=%v", text, n, err)
	if err != nil {
		return
	}
	drain(ctx, st, 100)
	meta(st)
	wait(60)
}

var scenarios = map[string]func(){}

func main() {
	klog.SetOutput(logw{})
	log.SetOutput(logw{})
	klog.SetLevel(klog.LevelInfo)
	switch os.Args[1] {
	case "serve":
		_, addr, _ := startServer(os.Args[2], nil)
		fmt.Println("ready " + addr[strings.LastIndex(addr, ":")+1:])
		io.Copy(io.Discard, os.Stdin)
	case "scenario":
		if len(os.Args) > 3 {
			ours = os.Args[3]
		}
		scenarios[os.Args[2]]()
		wait(80)
	}
	os.Exit(0)
}
