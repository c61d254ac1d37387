package main

import (
	"fmt"
	"net"
	"time"

	"github.com/cloudwego/kitex/pkg/limit"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/server"
	etcd "github.com/kitex-contrib/registry-etcd"

	"peer/cases"
	"peer/gen/interop/interop"
	"peer/gen/probe/probe"
)

// serve offers Interop and Probe on one port, or the services that the settings name.
func serve(address string, settings settings) {
	listener, err := net.Listen("tcp", address)
	check(err)
	options := []server.Option{
		server.WithListener(listener),
		server.WithMetaHandler(transmeta.ServerTTHeaderHandler),
		server.WithServerBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: "interop.kitex"}),
		server.WithExitWaitTime(3 * time.Second),
	}
	if _, mux := settings["mux"]; mux {
		options = append(options, server.WithMuxTransport())
	}
	if _, limited := settings["qps"]; limited {
		options = append(options, server.WithLimit(&limit.Option{MaxQPS: 10}))
	}
	if _, limited := settings["connections"]; limited {
		options = append(options, server.WithLimit(&limit.Option{MaxConnections: 1}))
	}
	if _, refused := settings["nameless"]; refused {
		options = append(options, server.WithRefuseTrafficWithoutServiceName())
	}
	if endpoint, registered := settings["etcd"]; registered {
		registry, err := etcd.NewEtcdRegistry([]string{endpoint})
		check(err)
		options = append(options, server.WithRegistry(registry))
	}
	served := server.NewServer(options...)
	switch settings["services"] {
	case "unions":
		registerUnions(served)
	case "later unions":
		registerLaterUnions(served)
	case "shared":
		registerShared(served, settings)
	case "accounts":
		registerAccounts(served)
	default:
		check(interop.RegisterService(served, &cases.Service{}))
		check(probe.RegisterService(served, &probeService{instance: listener.Addr().String()}))
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	fmt.Println("ready", port)
	go stopWithInput(served)
	check(served.Run())
}
