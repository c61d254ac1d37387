package main

import (
	"context"
	"fmt"

	"github.com/cloudwego/kitex/server"

	"peer/gen/shared/orders"
	"peer/gen/shared/stock"
)

type orderService struct{}

func (orderService) Owner(_ context.Context, id int32) (string, error) {
	return fmt.Sprintf("order %d", id), nil
}

type stockService struct{}

func (stockService) Owner(_ context.Context, article string) (string, error) {
	return "stock " + article, nil
}

func (stockService) Left(_ context.Context, article string) (int32, error) {
	return int32(len(article)), nil
}

// registerShared offers both services; Orders serves requests that name none, unless the fallback is "none".
func registerShared(served server.Server, settings settings) {
	var options []server.RegisterOption
	if settings["fallback"] != "none" {
		options = append(options, server.WithFallbackService())
	}
	check(orders.RegisterService(served, &orderService{}, options...))
	check(stock.RegisterService(served, &stockService{}))
}

// tryShared calls both services by name and, over Framed, without one.
func tryShared(settings settings) {
	ctx := context.Background()
	for _, protocol := range []string{"ttheaderframed", "framed"} {
		options := clientOptions(settings["address"], protocol, settings)
		calling, err := orders.NewClient("Orders", options...)
		check(err)
		counting, err := stock.NewClient("Stock", options...)
		check(err)
		order, err := calling.Owner(ctx, 7)
		expect("the fallback service over "+protocol, err == nil && order == "order 7", "%q %v", order, err)
		left, err := counting.Left(ctx, "bolt")
		expect("a method of one service over "+protocol, err == nil && left == 4, "%d %v", left, err)
		if protocol == "ttheaderframed" {
			owner, err := counting.Owner(ctx, "bolt")
			expect("the service that a request names", err == nil && owner == "stock bolt", "%q %v", owner, err)
		}
	}
}

// tryNameless calls a server that rejects requests without a service name.
func tryNameless(settings settings) {
	ctx := context.Background()
	named, err := orders.NewClient("Orders", clientOptions(settings["address"], "ttheaderframed", settings)...)
	check(err)
	order, err := named.Owner(ctx, 7)
	expect("a request with a service name is served", err == nil && order == "order 7", "%q %v", order, err)
	nameless, err := orders.NewClient("Orders", clientOptions(settings["address"], "framed", settings)...)
	check(err)
	_, err = nameless.Owner(ctx, 7)
	code := errorType(err)
	expect("a request without a service name is rejected", code == 1 || code == 20 || code == 21, "type %d: %v", code, err)
}
