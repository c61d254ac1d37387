package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/retry"
	"github.com/cloudwego/kitex/pkg/rpcinfo"

	gen "peer/gen/probe"
	"peer/gen/probe/probe"
)

// probeService serves Probe.
type probeService struct {
	instance string
	mutex    sync.Mutex
	counts   map[string]int32
}

func (s *probeService) See(ctx context.Context) (*gen.Seen, error) {
	info := rpcinfo.GetRPCInfo(ctx)
	return &gen.Seen{
		Passing:      metainfo.GetAllValues(ctx),
		Persistent:   metainfo.GetAllPersistentValues(ctx),
		Caller:       info.From().ServiceName(),
		CallerMethod: info.From().Method(),
		TimeoutMs:    info.Config().RPCTimeout().Milliseconds(),
		Instance:     s.instance,
	}, nil
}

func (s *probeService) Relay(ctx context.Context, endpoint string) (*gen.Seen, error) {
	next, err := probe.NewClient("Probe", clientOptions(endpoint, "ttheaderframed", nil)...)
	if err != nil {
		return nil, err
	}
	return next.See(ctx)
}

func (s *probeService) SendBack(ctx context.Context, values map[string]string) error {
	for key, value := range values {
		metainfo.SendBackwardValue(ctx, key, value)
	}
	return nil
}

func (s *probeService) Status(_ context.Context, code int32, message string, extra map[string]string) error {
	return kerrors.NewBizStatusErrorWithExtra(code, message, extra)
}

func (s *probeService) Pause(_ context.Context, milliseconds int32) (int32, error) {
	time.Sleep(time.Duration(milliseconds) * time.Millisecond)
	return milliseconds, nil
}

func (s *probeService) Attempt(_ context.Context, name string, failures int32) (int32, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.counts == nil {
		s.counts = map[string]int32{}
	}
	s.counts[name]++
	if s.counts[name] <= failures {
		return 0, errors.New("not yet")
	}
	return s.counts[name], nil
}

func (s *probeService) RelayAttempt(ctx context.Context, endpoint string, name string, failures int32) (int32, error) {
	options := append(clientOptions(endpoint, "ttheaderframed", nil), client.WithFailureRetry(retryAllErrors()))
	next, err := probe.NewClient("Probe", options...)
	if err != nil {
		return 0, err
	}
	return next.Attempt(ctx, name, failures)
}

func retryAllErrors() *retry.FailurePolicy {
	policy := retry.NewFailurePolicy()
	policy.StopPolicy.MaxRetryTimes = 2
	policy.StopPolicy.CBPolicy.ErrorRate = 0.3
	policy.ShouldResultRetry = retry.AllErrorRetry()
	return policy
}

func (s *probeService) Note(_ context.Context, name string, fails bool) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.counts == nil {
		s.counts = map[string]int32{}
	}
	s.counts[name]++
	if fails {
		return errors.New("noted all the same")
	}
	return nil
}

func (s *probeService) Attempts(_ context.Context, name string) (int32, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.counts[name], nil
}
