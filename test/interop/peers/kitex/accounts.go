package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/callopt"
	"github.com/cloudwego/kitex/pkg/circuitbreak"
	"github.com/cloudwego/kitex/pkg/connpool"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/retry"
	"github.com/cloudwego/kitex/server"

	gen "peer/gen/interop/accounts"
	"peer/gen/interop/accounts/accountservice"
)

const (
	invalidArgument = 1002
	storageFailed   = 1003
)

// accountServer serves AccountService.
type accountServer struct {
	mutex   sync.Mutex
	actions map[int64][]string
}

func (s *accountServer) GetAccount(_ context.Context, req *gen.GetAccountRequest) (*gen.GetAccountResponse, error) {
	id := req.AccountId
	switch {
	case id <= 0:
		return nil, kerrors.NewBizStatusError(invalidArgument, "account_id must be positive")
	case id == 404:
		return nil, &gen.AccountNotFound{Message: "no account", AccountId: &id}
	case id == 500:
		return nil, kerrors.NewBizStatusErrorWithExtra(storageFailed, "no storage", map[string]string{"shard": "7"})
	case id == 900:
		time.Sleep(time.Second)
	}
	return &gen.GetAccountResponse{Account: accountOf(id)}, nil
}

func accountOf(id int64) *gen.Account {
	account := &gen.Account{Id: id, Name: fmt.Sprintf("account %d", id)}
	if id%2 == 0 {
		email, createdAt := fmt.Sprintf("%d@example.org", id), int64(1700000000000)
		account.Email, account.CreatedAt = &email, &createdAt
	}
	return account
}

func (s *accountServer) LogAccountAction(_ context.Context, action string, id int64) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.actions == nil {
		s.actions = map[int64][]string{}
	}
	s.actions[id] = append(s.actions[id], action)
	return nil
}

func (s *accountServer) ListActions(_ context.Context, req *gen.ListActionsRequest) (*gen.ListActionsResponse, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return &gen.ListActionsResponse{Actions: slices.Clone(s.actions[req.AccountId])}, nil
}

func registerAccounts(served server.Server) {
	check(accountservice.RegisterService(served, &accountServer{}))
}

// accountClient has the options that a production client has: a long pool, layered timeouts, a breaker.
func accountClient(settings settings, more ...client.Option) accountservice.Client {
	suite := circuitbreak.NewCBSuite(circuitbreak.RPCInfo2Key)
	options := append(clientOptions(settings["address"], "ttheaderframed", settings),
		client.WithLongConnection(connpool.IdleConfig{
			MinIdlePerAddress: 2, MaxIdlePerAddress: 10, MaxIdleGlobal: 100, MaxIdleTimeout: 3 * time.Minute,
		}),
		client.WithConnectTimeout(2*time.Second),
		client.WithRPCTimeout(5*time.Second),
		client.WithCircuitBreaker(suite),
	)
	made, err := accountservice.NewClient("accounts", append(options, more...)...)
	check(err)
	return made
}

func tryAccounts(settings settings) {
	policy := retry.NewFailurePolicy()
	policy.WithRandomBackOff(10, 100)
	calling, ctx := accountClient(settings, client.WithFailureRetry(policy)), context.Background()
	get := func(id int64) (*gen.GetAccountResponse, error) {
		return calling.GetAccount(ctx, &gen.GetAccountRequest{AccountId: id})
	}

	found, err := get(42)
	full := err == nil && reflect.DeepEqual(found.Account, accountOf(42))
	expect("an account with optional fields", full, "%v %v", found, err)
	found, err = get(1<<53 + 1)
	bare := err == nil && reflect.DeepEqual(found.Account, accountOf(1<<53+1))
	expect("an account without optional fields", bare, "%v %v", found, err)

	// Without retries: Kitex 0.16 loses a declared exception behind a retry policy, of its own servers too.
	_, err = accountClient(settings).GetAccount(ctx, &gen.GetAccountRequest{AccountId: 404})
	var notFound *gen.AccountNotFound
	declared := errors.As(err, &notFound) && notFound.Message == "no account" && notFound.GetAccountId() == 404
	expect("a declared exception", declared, "%v", err)
	_, err = get(-1)
	expectStatus("a business status of wrong arguments", err, invalidArgument, "account_id must be positive", nil)
	_, err = get(500)
	expectStatus("a business status with details", err, storageFailed, "no storage", map[string]string{"shard": "7"})
	_, err = calling.GetAccount(ctx, &gen.GetAccountRequest{AccountId: 900}, callopt.WithRPCTimeout(200*time.Millisecond))
	expect("a timeout of one call", errors.Is(err, kerrors.ErrRPCTimeout), "%v", err)

	tryAction(ctx, calling)
	tryLoad(ctx, calling)
}

func expectStatus(name string, err error, code int32, message string, extra map[string]string) {
	status, ok := kerrors.FromBizStatusError(err)
	same := ok && status.BizStatusCode() == code && status.BizMessage() == message && len(status.BizExtra()) == len(extra)
	for key, value := range extra {
		same = same && status.BizExtra()[key] == value
	}
	expect(name, same, "%v", err)
}

func tryAction(ctx context.Context, calling accountservice.Client) {
	id := time.Now().UnixNano()
	err := calling.LogAccountAction(ctx, "login", id)
	var listed *gen.ListActionsResponse
	for attempt := 0; err == nil && attempt < 200; attempt++ {
		listed, err = calling.ListActions(ctx, &gen.ListActionsRequest{AccountId: id})
		if err == nil && len(listed.Actions) > 0 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	expect("a oneway call arrives", err == nil && slices.Equal(listed.Actions, []string{"login"}), "%v %v", listed, err)
}

func tryLoad(ctx context.Context, calling accountservice.Client) {
	var failed atomic.Int32
	var first atomic.Value
	var group sync.WaitGroup
	for worker := range 20 {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := range 50 {
				id := int64(1 + 2*(worker*50+i))
				found, err := calling.GetAccount(ctx, &gen.GetAccountRequest{AccountId: id})
				if err != nil || found.Account.Id != id {
					failed.Add(1)
					first.CompareAndSwap(nil, fmt.Sprint(err))
				}
			}
		}()
	}
	group.Wait()
	expect("1,000 calls of 20 callers", failed.Load() == 0, "%d failed: %v", failed.Load(), first.Load())
}
