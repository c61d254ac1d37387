package main

import (
	"context"

	"github.com/cloudwego/kitex/server"

	"peer/cases"
	gen "peer/gen/unions"
	"peer/gen/unions/laterunions"
	"peer/gen/unions/unions"
)

// unionService serves Unions, laterUnionService the same of a later version.
type unionService struct{}

func (unionService) Member(_ context.Context, holder *gen.Holder) (string, error) {
	member := "none"
	switch shape := holder.Shape; {
	case shape == nil:
	case shape.IsSetDot():
		member = "dot"
	case shape.IsSetLabel():
		member = "label"
	}
	return member + "/" + holder.Note, nil
}

func (unionService) Give(_ context.Context, member string) (*gen.Holder, error) {
	holder := &gen.Holder{Note: "after"}
	label := "here"
	switch member {
	case "dot":
		holder.Shape = &gen.Shape{Dot: &gen.Dot{X: 1}}
	case "label":
		holder.Shape = &gen.Shape{Label: &label}
	}
	return holder, nil
}

type laterUnionService struct{}

func (laterUnionService) Member(_ context.Context, holder *gen.LaterHolder) (string, error) {
	member := "none"
	switch shape := holder.Shape; {
	case shape == nil:
	case shape.IsSetDot():
		member = "dot"
	case shape.IsSetLabel():
		member = "label"
	case shape.IsSetArea():
		member = "area"
	}
	return member + "/" + holder.Note, nil
}

func (laterUnionService) Give(_ context.Context, member string) (*gen.LaterHolder, error) {
	holder := &gen.LaterHolder{Note: "after"}
	label, area := "here", int64(5)
	switch member {
	case "dot":
		holder.Shape = &gen.LaterShape{Dot: &gen.Dot{X: 1}}
	case "label":
		holder.Shape = &gen.LaterShape{Label: &label}
	case "area":
		holder.Shape = &gen.LaterShape{Area: &area}
	}
	return holder, nil
}

func registerUnions(served server.Server) {
	check(unions.RegisterService(served, &unionService{}))
}

func registerLaterUnions(served server.Server) {
	check(laterunions.RegisterService(served, &laterUnionService{}))
}

// tryUnions sends unions and receives them, without a member too.
func tryUnions(settings settings) {
	calling, err := unions.NewClient("Unions", clientOptions(settings["address"], "ttheaderframed", settings)...)
	check(err)
	ctx, service := context.Background(), unionService{}
	for _, member := range []string{"dot", "label", "none"} {
		holder, _ := service.Give(ctx, member)
		found, err := calling.Member(ctx, holder)
		expect("the server finds "+member, err == nil && found == member+"/after", "%q %v", found, err)
		received, err := calling.Give(ctx, member)
		if err != nil {
			cases.Report("the client finds "+member, err.Error())
			continue
		}
		found, _ = service.Member(ctx, received)
		expect("the client finds "+member, found == member+"/after", "%q", found)
	}
}

// tryLaterUnions sends a member that a server of Unions does not have.
func tryLaterUnions(settings settings) {
	options := clientOptions(settings["address"], "framed", settings)
	calling, err := laterunions.NewClient("Unions", options...)
	check(err)
	ctx, service := context.Background(), laterUnionService{}
	holder, _ := service.Give(ctx, "area")
	found, err := calling.Member(ctx, holder)
	expect("the server skips a later member", err == nil && found == "none/after", "%q %v", found, err)
}

// tryEarlierUnions receives a member that only the server has.
func tryEarlierUnions(settings settings) {
	options := clientOptions(settings["address"], "framed", settings)
	calling, err := unions.NewClient("LaterUnions", options...)
	check(err)
	ctx, service := context.Background(), unionService{}
	received, err := calling.Give(ctx, "area")
	if err != nil {
		cases.Report("the client skips a later member", err.Error())
		return
	}
	found, _ := service.Member(ctx, received)
	expect("the client skips a later member", found == "none/after", "%q", found)
}
