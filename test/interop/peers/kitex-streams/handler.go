package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/gopkg/protocol/thrift"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/remote"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/streaming"

	"peer/gen/chat"
	chatsvc "peer/gen/chat/chat"
)

type impl struct {
	L    *Log
	name string
	next chatsvc.Client // for the A->B->C chain
}

func i32(v int32) *int32 { return &v }

func (h *impl) say(f string, a ...any) { h.L.Printf(h.name+" "+f, a...) }

func (h *impl) Ping(ctx context.Context, r *chat.Req) (*chat.Res, error) {
	return &chat.Res{Text: "pong " + r.Text}, nil
}
func (h *impl) Uni(ctx context.Context, r *chat.Req) (*chat.Res, error) {
	return &chat.Res{Text: "uni " + r.Text}, nil
}
func (h *impl) UniX(ctx context.Context, r *chat.Req) (*chat.Res, error) {
	return nil, &chat.Oops{Why: r.Text, Code: 9}
}

func describe(ctx context.Context) string {
	ri := rpcinfo.GetRPCInfo(ctx)
	all := metainfo.GetAllValues(ctx)
	per := metainfo.GetAllPersistentValues(ctx)
	dl, ok := ctx.Deadline()
	var ks []string
	for k, v := range all {
		ks = append(ks, "t:"+k+"="+v)
	}
	for k, v := range per {
		ks = append(ks, "p:"+k+"="+v)
	}
	sort.Strings(ks)
	d := "none"
	if ok {
		d = time.Until(dl).Round(100 * time.Millisecond).String()
	}
	return fmt.Sprintf("from=%q/%q to=%q method=%q rpctimeout=%v deadline=%s meta=%v",
		ri.From().ServiceName(), ri.From().Method(), ri.To().ServiceName(), ri.To().Method(), ri.Config().RPCTimeout(), d, ks)
}

func (h *impl) fail(text string) error {
	switch {
	case text == "boom":
		return errors.New("boom")
	case text == "biz":
		return kerrors.NewBizStatusErrorWithExtra(404, "not here", map[string]string{"k": "1<2&\"é"})
	case text == "biznoextra":
		return kerrors.NewBizStatusError(-7, "")
	case text == "oops":
		return &chat.Oops{Why: "declared", Code: 9}
	case text == "appex":
		return thrift.NewApplicationException(1234, "custom app ex")
	case text == "transerr":
		return remote.NewTransErrorWithMsg(1000, "custom trans err")
	case text == "eof":
		return io.EOF
	case text == "panic":
		panic("kaboom")
	}
	return nil
}

func (h *impl) Down(ctx context.Context, r *chat.Req, st chat.Chat_DownServer) error {
	return h.down(ctx, r, st)
}
func (h *impl) DownX(ctx context.Context, r *chat.Req, st chat.Chat_DownXServer) error {
	return h.down(ctx, r, st)
}

type sender interface {
	Send(ctx context.Context, res *chat.Res) error
	streaming.ServerStream
}

func (h *impl) down(ctx context.Context, r *chat.Req, st sender) (err error) {
	n := int(r.GetCount())
	cmd, arg, _ := strings.Cut(r.Text, ":")
	h.say("handler start text=%q count=%d %s", r.Text, n, describe(ctx))
	defer func() {
		if p := recover(); p != nil {
			panic(p)
		}
		h.say("handler return err=%v", err)
	}()
	switch cmd {
	case "md":
		h.say("SetHeader %v", st.SetHeader(streaming.Header{"h1": "a"}))
		if arg == "send" {
			h.say("SendHeader %v", st.SendHeader(streaming.Header{"h2": "b"}))
			time.Sleep(50 * time.Millisecond)
			h.say("SetHeader after SendHeader: %v", st.SetHeader(streaming.Header{"h3": "c"}))
		}
		st.SetTrailer(streaming.Trailer{"t1": "x"})
		st.SetTrailer(streaming.Trailer{"t2": "y", "RPC_BACKWARD_b": "z"})
		h.say("metainfo.SendBackwardValue -> %v", metainfo.SendBackwardValue(ctx, "bk", "bv"))
	case "forever", "cancelaware":
		i := int32(0)
		for {
			i++
			if e := st.Send(ctx, &chat.Res{Text: "tick", N: i32(i)}); e != nil {
				h.say("Send #%d failed: %v", i, e)
				return e
			}
			select {
			case <-ctx.Done():
				h.say("ctx.Done err=%v", ctx.Err())
				if arg == "nil" {
					return nil
				}
				return ctx.Err()
			case <-time.After(40 * time.Millisecond):
			}
		}
	case "slow":
		d, _ := time.ParseDuration(arg)
		select {
		case <-ctx.Done():
			h.say("ctx.Done err=%v", ctx.Err())
			return ctx.Err()
		case <-time.After(d):
		}
	case "chain":
		cs, e := h.next.Down(ctx, &chat.Req{Text: arg, Count: r.Count})
		if e != nil {
			return e
		}
		for {
			m, e := cs.Recv(ctx)
			if e == io.EOF {
				return nil
			}
			if e != nil {
				h.say("downstream Recv err=%v", e)
				return e
			}
			if e = st.Send(ctx, m); e != nil {
				h.say("Send err=%v", e)
				return e
			}
		}
	case "flood":
		chunk := strings.Repeat("x", 64<<10)
		for i := 0; i < n; i++ {
			if e := st.Send(ctx, &chat.Res{Text: chunk}); e != nil {
				h.say("flood: Send #%d failed: %v", i, e)
				return e
			}
		}
		h.say("flood: all %d sends returned", n)
		return nil
	case "big":
		return st.Send(ctx, &chat.Res{Text: strings.Repeat("x", n)})
	}
	if arg == "before" {
		return h.fail(cmd)
	}
	for i := 1; i <= n; i++ {
		if e := st.Send(ctx, &chat.Res{Text: "m", N: i32(int32(i))}); e != nil {
			h.say("Send #%d failed: %v", i, e)
			return e
		}
	}
	if arg == "after" {
		return h.fail(cmd)
	}
	return nil
}

func (h *impl) Up(ctx context.Context, st chat.Chat_UpServer) (err error) {
	h.say("handler start %s", describe(ctx))
	defer func() { h.say("handler return err=%v", err) }()
	n := int32(0)
	for {
		m, e := st.Recv(ctx)
		if e == io.EOF {
			break
		}
		if e != nil {
			h.say("Recv err=%v", e)
			return e
		}
		n++
		switch m.Text {
		case "early":
			return st.SendAndClose(ctx, &chat.Res{Text: "early", N: &n})
		case "none":
			return nil
		case "noreply":
			continue
		}
		if e := h.fail(m.Text); e != nil {
			return e
		}
	}
	return st.SendAndClose(ctx, &chat.Res{Text: "total", N: &n})
}

func (h *impl) Talk(ctx context.Context, st chat.Chat_TalkServer) (err error) {
	h.say("handler start %s", describe(ctx))
	defer func() { h.say("handler return err=%v", err) }()
	for {
		m, e := st.Recv(ctx)
		if e == io.EOF {
			h.say("Recv EOF (client half-closed)")
			if e := st.Send(ctx, &chat.Res{Text: "after-half-close"}); e != nil {
				return e
			}
			return nil
		}
		if e != nil {
			h.say("Recv err=%v", e)
			return e
		}
		if m.Text == "quit" {
			return nil
		}
		if m.Text == "hold" {
			<-ctx.Done()
			h.say("ctx.Done err=%v", ctx.Err())
			return ctx.Err()
		}
		if e := h.fail(m.Text); e != nil {
			return e
		}
		if e := st.Send(ctx, &chat.Res{Text: "re " + m.Text}); e != nil {
			h.say("Send err=%v", e)
			return e
		}
	}
}
