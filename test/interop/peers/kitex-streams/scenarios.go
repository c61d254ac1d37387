package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/callopt/streamcall"
	"github.com/cloudwego/kitex/pkg/remote/trans/ttstream"
	"github.com/cloudwego/kitex/pkg/streaming"

	"github.com/cloudwego/kitex/pkg/limit"
	"github.com/cloudwego/kitex/server"

	"peer/gen/chat"
)

var bg = context.Background()

func init() {
	S := scenarios
	S["server-0-1-3"] = func() { e := setup(); down(e, "n", 0); down(e, "n", 1); down(e, "n", 3) }
	S["server-metadata"] = func() { e := setup(); down(e, "md", 1); down(e, "md:send", 0) }
	for _, k := range []string{"boom", "biz", "biznoextra", "oops", "appex", "transerr", "eof", "panic"} {
		S["error-"+k] = func() { e := setup(); down(e, k+":before", 0); down(e, k+":after", 1) }
	}
	S["error-declared-exception"] = func() {
		e := setup()
		n := int32(1)
		st, err := e.cli.DownX(bg, &chat.Req{Text: "oops:after", Count: &n})
		say("open DownX err=%v", err)
		drain(bg, st, 5)
		wait(50)
	}
	delete(S, "error-oops")
	S["client-streaming"] = func() {
		e := setup()
		for _, msgs := range [][]string{{}, {"a", "b", "c"}, {"a", "boom"}, {"biz"}, {"none"}} {
			st, err := e.cli.Up(bg)
			say("open Up err=%v, sending %v", err, msgs)
			for _, m := range msgs {
				say("Send(%q) -> %v", m, st.Send(bg, &chat.Req{Text: m}))
			}
			r, err := st.CloseAndRecv(bg)
			say("CloseAndRecv -> %s %v", show(r), err)
			wait(60)
		}
	}
	S["client-streaming-early-return"] = func() {
		e := setup()
		st, _ := e.cli.Up(bg)
		say("Send early -> %v", st.Send(bg, &chat.Req{Text: "early"}))
		st.Trailer() // blocks until it has come
		say("Send after the server returned -> %v", st.Send(bg, &chat.Req{Text: "late"}))
		r, err := st.CloseAndRecv(bg)
		say("CloseAndRecv -> %s %v", show(r), err)
		wait(60)
		st, _ = e.cli.Up(bg)
		for i := 0; i < 4; i++ {
			t := "x"
			if i == 0 {
				t = "early"
			}
			say("racing Send #%d -> %v", i, st.Send(bg, &chat.Req{Text: t}))
		}
		r, err = st.CloseAndRecv(bg)
		say("CloseAndRecv -> %s %v", show(r), err)
	}
	S["bidi"] = func() {
		e := setup()
		st, err := e.cli.Talk(bg)
		say("open Talk err=%v", err)
		for _, m := range []string{"a", "b"} {
			say("Send(%q) -> %v", m, st.Send(bg, &chat.Req{Text: m}))
			drain(bg, st, 1)
		}
		say("CloseSend -> %v", st.CloseSend(bg))
		say("CloseSend again -> %v", st.CloseSend(bg))
		say("Send after CloseSend -> %v", st.Send(bg, &chat.Req{Text: "z"}))
		drain(bg, st, 5)
		meta(st)
		say("Recv once more:")
		drain(bg, st, 1)
	}
	S["bidi-errors"] = func() {
		e := setup()
		for _, m := range []string{"boom", "biz", "quit"} {
			st, err := e.cli.Talk(bg)
			say("open Talk err=%v", err)
			say("Send(%q) -> %v", m, st.Send(bg, &chat.Req{Text: m}))
			drain(bg, st, 2)
			say("Send after end -> %v", st.Send(bg, &chat.Req{Text: "late"}))
			say("CloseSend after end -> %v", st.CloseSend(bg))
			wait(40)
		}
	}
	S["unary-mode"] = func() {
		e := setup()
		r, err := e.cli.Uni(bg, &chat.Req{Text: "u"})
		say("Uni -> %s %v", show(r), err)
		r, err = e.cli.UniX(bg, &chat.Req{Text: "ux"})
		say("UniX -> %s %T %v", show(r), err, err)
		r, err = e.cli.Ping(bg, &chat.Req{Text: "p"})
		say("Ping -> %s %v", show(r), err)
		down(e, "n", 1)
		r, err = e.cli.Ping(bg, &chat.Req{Text: "p"})
		say("Ping -> %s %v", show(r), err)
	}
	S["client-cancel"] = func() {
		e := setup()
		ctx, cancel := context.WithCancel(bg)
		st, _ := e.cli.Down(ctx, &chat.Req{Text: "forever"})
		drain(ctx, st, 2)
		cancel()
		say("cancel() called")
		drain(ctx, st, 20)
		meta(st)
		wait(150)
		say("bidi, cancel while the server waits in Recv")
		ctx, cancel = context.WithCancel(bg)
		ts, _ := e.cli.Talk(ctx)
		ts.Send(ctx, &chat.Req{Text: "a"})
		drain(ctx, ts, 1)
		cancel()
		say("Send right after cancel -> %v", ts.Send(ctx, &chat.Req{Text: "b"}))
		drain(ctx, ts, 2)
		say("Send after the failed Recv -> %v", ts.Send(ctx, &chat.Req{Text: "b"}))
		wait(100)
	}
	S["client-cancel-not-receiving"] = func() {
		e := setup()
		ctx, cancel := context.WithCancel(bg)
		st, _ := e.cli.Talk(ctx)
		st.Send(ctx, &chat.Req{Text: "hold"})
		wait(100)
		cancel()
		say("cancel() called, nobody is in Recv")
		wait(6000)
		say("Send -> %v", st.Send(ctx, &chat.Req{Text: "b"}))
		drain(bg, st, 1)
	}
	S["client-cancelcause"] = func() {
		e := setup()
		ctx, cancel := context.WithCancelCause(bg)
		st, _ := e.cli.Down(ctx, &chat.Req{Text: "forever"})
		drain(ctx, st, 1)
		cancel(fmt.Errorf("my own reason"))
		drain(ctx, st, 20)
		wait(100)
	}
	S["client-deadline"] = func() {
		e := setup()
		ctx, cancel := context.WithTimeout(bg, 600*time.Millisecond)
		defer cancel()
		st, err := e.cli.Down(ctx, &chat.Req{Text: "forever"})
		say("open err=%v", err)
		drain(ctx, st, 50)
		wait(150)
		ctx2, c2 := context.WithTimeout(bg, time.Nanosecond)
		defer c2()
		wait(2)
		st, err = e.cli.Down(ctx2, &chat.Req{Text: "n"})
		say("open with an already expired ctx: err=%v", err)
		if err == nil {
			drain(ctx2, st, 2)
		}
		wait(150)
	}
	S["recv-timeout"] = func() {
		e := setup(client.WithStreamOptions(client.WithStreamRecvTimeoutConfig(streaming.TimeoutConfig{Timeout: 150 * time.Millisecond})))
		st, err := e.cli.Down(bg, &chat.Req{Text: "slow:400ms", Count: i32(1)})
		say("open err=%v (recv timeout 150ms)", err)
		drain(bg, st, 3)
		drain(bg, st, 1)
		wait(500)
	}
	S["recv-timeout-disable-cancel-remote"] = func() {
		e := setup()
		st, err := e.cli.Down(bg, &chat.Req{Text: "slow:400ms", Count: i32(1)},
			streamcall.WithRecvTimeoutConfig(streaming.TimeoutConfig{Timeout: 150 * time.Millisecond, DisableCancelRemote: true}))
		say("open err=%v (recv timeout 150ms, DisableCancelRemote)", err)
		for i := 0; i < 6; i++ {
			if drain(bg, st, 1) == io.EOF {
				break
			}
		}
		wait(300)
	}
	S["metainfo"] = func() {
		e := setup(client.WithRPCTimeout(3*time.Second), client.WithConnectTimeout(700*time.Millisecond))
		ctx := metainfo.WithPersistentValue(metainfo.WithValue(bg, "TK", "tv"), "PK", "pv")
		ctx = metainfo.WithBackwardValues(ctx)
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		st, err := e.cli.Down(ctx, &chat.Req{Text: "md", Count: i32(1)})
		say("open err=%v (ctx deadline 5s, WithRPCTimeout 3s)", err)
		drain(ctx, st, 3)
		meta(st)
		say("backward values: %v", metainfo.RecvAllBackwardValues(ctx))
	}
	S["interleaved"] = func() {
		e := setup()
		a, _ := e.cli.Talk(bg)
		b, _ := e.cli.Talk(bg)
		a.Send(bg, &chat.Req{Text: "a1"})
		b.Send(bg, &chat.Req{Text: "b1"})
		drain(bg, b, 1)
		b.Send(bg, &chat.Req{Text: "b2"})
		drain(bg, b, 1)
		drain(bg, a, 1)
		a.CloseSend(bg)
		b.Send(bg, &chat.Req{Text: "quit"})
		drain(bg, b, 2)
		drain(bg, a, 3)
	}
	S["default-pool-connections"] = func() {
		addr := ours
		if addr == "" {
			_, addr, _ = startServer("S", nil)
		}
		p := NewProxy(addr, L, "")
		cli := newClient(p.Addr(), "cli.A")
		L.Restart()
		say("DefaultMuxConnConfig=%+v", ttstream.DefaultMuxConnConfig)
		for i := 0; i < 5; i++ {
			st, err := cli.Talk(bg)
			say("open #%d err=%v", i, err)
			st.Send(bg, &chat.Req{Text: "quit"})
			drain(bg, st, 2)
		}
	}
	S["oversized"] = func() {
		e := setup()
		st, err := e.cli.Down(bg, &chat.Req{Text: "big", Count: i32(40 << 20)})
		say("open err=%v", err)
		m, err := st.Recv(bg)
		if err == nil {
			say("Recv -> %d bytes", len(m.Text))
		} else {
			say("Recv -> %v", err)
		}
	}
	S["cut"] = func() {
		e := setup()
		st, _ := e.cli.Down(bg, &chat.Req{Text: "forever"})
		t, _ := e.cli.Talk(bg)
		t.Send(bg, &chat.Req{Text: "a"})
		drain(bg, t, 1)
		drain(bg, st, 2)
		say("proxy resets both sides")
		e.proxy.Cut()
		drain(bg, st, 20)
		drain(bg, t, 2)
		say("Send -> %v", t.Send(bg, &chat.Req{Text: "x"}))
		wait(150)
		down(e, "n", 1)
	}
	S["chain-cancel"] = func() {
		// The service in the middle goes on to a Kitex server of its own.
		ab := ours
		if ab == "" {
			_, ac, _ := startServer("Csvc", nil)
			pc := NewProxy(ac, L, "B->C ")
			_, b, hb := startServer("Bsvc", nil)
			hb.next = newClient(pc.Addr(), "svc.B", oneConn)
			ab = b
		}
		pb := NewProxy(ab, L, "A->B ")
		cli := newClient(pb.Addr(), "svc.A", oneConn)
		L.Restart()
		ctx, cancel := context.WithCancel(metainfo.WithValue(metainfo.WithPersistentValue(bg, "PK", "pv"), "TK", "tv"))
		st, _ := cli.Down(ctx, &chat.Req{Text: "chain:forever"})
		drain(ctx, st, 2)
		cancel()
		say("A cancels")
		drain(ctx, st, 10)
		wait(200)
		ctx, cancel = context.WithTimeout(bg, 600*time.Millisecond)
		defer cancel()
		st, _ = cli.Down(ctx, &chat.Req{Text: "chain:forever"})
		say("A deadline 600ms")
		drain(ctx, st, 50)
		wait(200)
		say("B's handler fails by C's error")
		st, _ = cli.Down(bg, &chat.Req{Text: "chain:boom:after", Count: i32(1)})
		drain(bg, st, 10)
		wait(100)
	}
	S["qps-limit"] = func() {
		addr := ours
		if addr == "" {
			_, addr, _ = startServer("S", nil, server.WithLimit(&limit.Option{MaxConnections: 100, MaxQPS: 20}))
		}
		cli := newClient(addr, "cli.A", oneConn)
		L.Restart()
		ok, bad := 0, 0
		var last error
		for i := 0; i < 200; i++ {
			st, err := cli.Talk(bg)
			if err == nil {
				st.Send(bg, &chat.Req{Text: "quit"})
				_, err = st.Recv(bg)
			}
			if err == io.EOF {
				ok++
			} else {
				bad++
				last = err
			}
		}
		say("server MaxQPS 20: 200 streams on one connection at once: %d served, %d refused (%v)", ok, bad, last)
	}
	S["no-flow-control"] = func() {
		e := setup()
		st, err := e.cli.Down(bg, &chat.Req{Text: "flood", Count: i32(1024)})
		say("open err=%v; the server sends 1024 x 64 KiB, the client waits 1.5s before its first Recv", err)
		wait(1500)
		var ms runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&ms)
		say("before the first Recv: live heap of this process %d MiB", ms.HeapAlloc>>20)
		n := 0
		for {
			if _, err := st.Recv(bg); err != nil {
				say("after %d messages: %v", n, err)
				break
			}
			n++
		}
	}
}
