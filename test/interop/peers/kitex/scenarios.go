package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/callopt"
	"github.com/cloudwego/kitex/pkg/circuitbreak"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/transport"
	etcd "github.com/kitex-contrib/registry-etcd"

	"peer/cases"
	"peer/gen/probe/probe"
)

// scenarios try one feature each, as a client, and report what went wrong.
var scenarios = map[string]func(settings){
	"metadata":  tryMetadata,
	"relay":     tryRelay,
	"status":    tryStatus,
	"deadline":  tryDeadline,
	"pool":      tryPool,
	"retry":     tryRetry,
	"chainstop": tryChainStop,
	"trace":     tryTrace,
	"discover":  tryDiscovery,
	"breaker":   tryBreaker,
	"overlimit": tryOverLimit,
	"traffic":   keepCalling,
	"oneway":    tryOneway,
	"unions":    tryUnions,
	"later":     tryLaterUnions,
	"earlier":   tryEarlierUnions,
	"shared":    tryShared,
	"nameless":  tryNameless,
	"accounts":  tryAccounts,
}

func prober(settings settings, more ...client.Option) probe.Client {
	options := clientOptions(settings["address"], "ttheaderframed", settings)
	made, err := probe.NewClient("Probe", append(options, more...)...)
	check(err)
	return made
}

func expect(name string, ok bool, format string, args ...any) {
	detail := ""
	if !ok {
		detail = fmt.Sprintf(format, args...)
	}
	cases.Report(name, detail)
}

func tryMetadata(settings settings) {
	ctx := metainfo.WithValue(context.Background(), "tk", "tv")
	ctx = metainfo.WithPersistentValue(ctx, "pk", "pv")
	seen, err := prober(settings).See(ctx)
	if err != nil {
		cases.Report("a call with metadata", err.Error())
		return
	}
	expect("transient value arrives", seen.Passing["tk"] == "tv", "%v", seen.Passing)
	expect("persistent value arrives", seen.Persistent["pk"] == "pv", "%v", seen.Persistent)
	expect("caller is known", seen.Caller == "interop.caller", "%q", seen.Caller)

	ctx = metainfo.WithBackwardValues(context.Background())
	err = prober(settings).SendBack(ctx, map[string]string{"bk": "bv", "other": "ü"})
	received := metainfo.RecvAllBackwardValues(ctx)
	back := received["bk"] == "bv" && received["other"] == "ü"
	expect("backward values arrive", err == nil && back, "%v %v", err, received)
}

func tryRelay(settings settings) {
	ctx := metainfo.WithValue(context.Background(), "tk", "tv")
	ctx = metainfo.WithPersistentValue(ctx, "pk", "pv")
	seen, err := prober(settings).Relay(ctx, settings["next"])
	if err != nil {
		cases.Report("a call over two hops", err.Error())
		return
	}
	expect("persistent value goes on to the second hop", seen.Persistent["pk"] == "pv", "%v", seen.Persistent)
	expect("transient value ends at the first hop", seen.Passing["tk"] == "", "%v", seen.Passing)
	expect("second hop knows the method that calls it", seen.CallerMethod == "relay", "%q", seen.CallerMethod)
}

func tryStatus(settings settings) {
	calling := prober(settings)
	for _, wanted := range []kerrors.BizStatusErrorIface{
		kerrors.NewBizStatusErrorWithExtra(404, "not found", map[string]string{"k": "1<2&\"é", "other": ""}),
		kerrors.NewBizStatusErrorWithExtra(-7, "nicht möglich", nil),
	} {
		err := calling.Status(context.Background(), wanted.BizStatusCode(), wanted.BizMessage(), wanted.BizExtra())
		got, ok := kerrors.FromBizStatusError(err)
		same := ok && got.BizStatusCode() == wanted.BizStatusCode() && got.BizMessage() == wanted.BizMessage() &&
			maps.Equal(got.BizExtra(), wanted.BizExtra())
		expect(fmt.Sprintf("business status %d arrives", wanted.BizStatusCode()), same, "%v", err)
	}
}

func tryDeadline(settings settings) {
	calling, ctx := prober(settings), context.Background()
	seen, err := calling.See(ctx, callopt.WithRPCTimeout(700*time.Millisecond))
	known := err == nil && seen.TimeoutMs > 300 && seen.TimeoutMs <= 700
	expect("deadline is received", known, "%v %v", err, seen)
	_, err = calling.Pause(ctx, 3000, callopt.WithRPCTimeout(200*time.Millisecond))
	expect("caller times out", errors.Is(err, kerrors.ErrRPCTimeout), "%v", err)
	paused, err := calling.Pause(ctx, 1)
	expect("next call is answered", err == nil && paused == 1, "%v %v", paused, err)
}

func tryPool(settings settings) {
	calling, ctx := prober(settings), context.Background()
	var group sync.WaitGroup
	var wrong atomic.Int32
	for i := int32(0); i < 200; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			if paused, err := calling.Pause(ctx, i%20); err != nil || paused != i%20 {
				wrong.Add(1)
			}
		}()
	}
	group.Wait()
	expect("200 calls at once", wrong.Load() == 0, "%d of 200 wrong", wrong.Load())

	slow := make(chan struct{})
	go func() {
		_, _ = calling.Pause(ctx, 1500)
		close(slow)
	}()
	time.Sleep(100 * time.Millisecond)
	_, err := calling.Pause(ctx, 0)
	select {
	case <-slow:
		cases.Report("a quick call passes a slow one", "the slow one came first")
	default:
		expect("a quick call passes a slow one", err == nil, "%v", err)
	}
	<-slow
}

// tryOneway makes oneway calls in a row and waits until the server has counted them, one that fails included.
func tryOneway(settings settings) {
	calling, ctx := prober(settings), context.Background()
	name := fmt.Sprintf("oneway %d", time.Now().UnixNano())
	var failure error
	for i := range 20 {
		failure = errors.Join(failure, calling.Note(ctx, name, i == 7))
	}
	count := int32(0)
	for attempt := 0; failure == nil && count < 20 && attempt < 400; attempt++ {
		count, failure = calling.Attempts(ctx, name)
		time.Sleep(5 * time.Millisecond)
	}
	expect("20 oneway calls arrive", failure == nil && count == 20, "%d arrived: %v", count, failure)
}

func tryRetry(settings settings) {
	calling, ctx := prober(settings, client.WithFailureRetry(retryAllErrors())), context.Background()
	name := fmt.Sprintf("retry %d", time.Now().UnixNano())
	count, err := calling.Attempt(ctx, name, 2)
	expect("third attempt succeeds", err == nil && count == 3, "%v %v", count, err)
}

// tryChainStop has the server retry at a second one, once on its own and once while this client retries.
func tryChainStop(settings settings) {
	calling, ctx := prober(settings), context.Background()
	counting := prober(map[string]string{"address": settings["next"]})
	name := fmt.Sprintf("chain %d", time.Now().UnixNano())
	count, err := calling.RelayAttempt(ctx, settings["next"], name, 1)
	expect("the server retries", err == nil && count == 2, "%v %v", count, err)

	name += " again"
	retrying := metainfo.WithPersistentValue(ctx, "RetryReq", "1")
	_, err = calling.RelayAttempt(retrying, settings["next"], name, 1)
	count, countErr := counting.Attempts(ctx, name)
	stopped := err != nil && countErr == nil && count == 1
	expect("the server does not retry for a retry", stopped, "%v %v %v", err, count, countErr)
}

// tryTrace sends a trace along and asks the server behind the server what arrived.
func tryTrace(settings settings) {
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	ctx := metainfo.WithValue(context.Background(), "traceparent", "00-"+trace+"-00f067aa0ba902b7-01")
	seen, err := prober(settings).Relay(ctx, settings["next"])
	if err != nil {
		cases.Report("a traced call over two hops", err.Error())
		return
	}
	parent := seen.Passing["traceparent"]
	same := len(parent) == 55 && parent[3:35] == trace
	expect("the trace goes on to the second hop", same, "%q", parent)
	expect("a span of the server is the parent there", same && parent[36:52] != "00f067aa0ba902b7", "%q", parent)
}

// tryDiscovery finds the server through etcd.
func tryDiscovery(settings settings) {
	resolver, err := etcd.NewEtcdResolver([]string{settings["etcd"]})
	check(err)
	options := []client.Option{client.WithResolver(resolver), client.WithTransportProtocol(transport.TTHeaderFramed)}
	calling, err := probe.NewClient(settings["service"], options...)
	check(err)
	seen, err := calling.See(context.Background())
	expect("a registered server is found and called", err == nil && seen.Instance == "ours", "%v %v", err, seen)
}

func tryBreaker(settings settings) {
	suite := circuitbreak.NewCBSuite(func(rpcinfo.RPCInfo) string { return "probe" })
	suite.UpdateServiceCBConfig("probe", circuitbreak.CBConfig{Enable: true, ErrRate: 0.5, MinSample: 10})
	calling, ctx := prober(settings, client.WithCircuitBreaker(suite)), context.Background()
	open := -1
	for i := 0; i < 40 && open < 0; i++ {
		if _, err := calling.Attempt(ctx, "always", 1000); errors.Is(err, kerrors.ErrCircuitBreak) {
			open = i
		}
	}
	expect("failures of the server open the breaker", open >= 10, "open after %d calls", open)
}

func tryOverLimit(settings settings) {
	_, err := prober(settings).See(context.Background())
	code := errorType(err)
	expect("a refused request is an error of type 6", code == 6, "type %d: %v", code, err)
}

// keepCalling calls until its input closes and reports how many calls failed.
func keepCalling(settings settings) {
	calling, ctx := prober(settings), context.Background()
	done := make(chan struct{})
	go func() {
		readToEnd()
		close(done)
	}()
	var total, failed atomic.Int32
	var first atomic.Value
	var group sync.WaitGroup
	for worker := 0; worker < 4; worker++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for {
				select {
				case <-done:
					return
				default:
				}
				if _, err := calling.Pause(ctx, 5); err != nil {
					failed.Add(1)
					first.CompareAndSwap(nil, err.Error())
				}
				if total.Add(1) == 40 {
					fmt.Println("ready 0")
				}
			}
		}()
	}
	group.Wait()
	expect("no call fails", failed.Load() == 0, "%d of %d failed: %v", failed.Load(), total.Load(), first.Load())
}
