// The peer of Apache Thrift's Go library.
//
//	peer server|client HOST:PORT buffered|framed binary|compact [tls=FOLDER] [multiplexed=1]
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/thrift/lib/go/thrift"

	"peer/cases"
	"peer/gen/interop"
)

type options struct {
	address     string
	transport   thrift.TTransportFactory
	protocol    thrift.TProtocolFactory
	config      *thrift.TConfiguration
	multiplexed bool
	tls         bool
}

func parse(args []string) options {
	config := &thrift.TConfiguration{}
	parsed := options{address: args[0], config: config}
	parsed.transport = thrift.NewTBufferedTransportFactory(4096)
	if args[1] == "framed" {
		parsed.transport = thrift.NewTFramedTransportFactoryConf(thrift.NewTTransportFactory(), config)
	}
	parsed.protocol = thrift.NewTBinaryProtocolFactoryConf(config)
	if args[2] == "compact" {
		parsed.protocol = thrift.NewTCompactProtocolFactoryConf(config)
	}
	for _, option := range args[3:] {
		name, value, _ := strings.Cut(option, "=")
		switch name {
		case "tls":
			parsed.tls = true
			config.TLSConfig = tlsConfig(value)
		case "multiplexed":
			parsed.multiplexed = true
		}
	}
	return parsed
}

func tlsConfig(folder string) *tls.Config {
	certificate, err := tls.LoadX509KeyPair(filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem"))
	check(err)
	authority, err := os.ReadFile(filepath.Join(folder, "cert.pem"))
	check(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	return &tls.Config{Certificates: []tls.Certificate{certificate}, RootCAs: roots, ServerName: "localhost"}
}

func serve(options options) {
	var socket thrift.TServerTransport
	var address func() net.Addr
	if options.tls {
		secure, err := thrift.NewTSSLServerSocket(options.address, options.config.TLSConfig)
		check(err)
		check(secure.Listen())
		socket, address = secure, secure.Addr
	} else {
		plain, err := thrift.NewTServerSocket(options.address)
		check(err)
		check(plain.Listen())
		socket, address = plain, plain.Addr
	}
	var processor thrift.TProcessor = interop.NewInteropProcessor(&cases.Service{})
	if options.multiplexed {
		multiplexed := thrift.NewTMultiplexedProcessor()
		multiplexed.RegisterProcessor("Interop", processor)
		processor = multiplexed
	}
	server := thrift.NewTSimpleServer4(processor, socket, options.transport, options.protocol)
	_, port, _ := net.SplitHostPort(address().String())
	fmt.Println("ready", port)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	check(server.Serve())
}

func call(options options) {
	var socket thrift.TTransport = thrift.NewTSocketConf(options.address, options.config)
	if options.tls {
		socket = thrift.NewTSSLSocketConf(options.address, options.config)
	}
	transport, err := options.transport.GetTransport(socket)
	check(err)
	check(transport.Open())
	defer transport.Close()
	input, output := options.protocol.GetProtocol(transport), options.protocol.GetProtocol(transport)
	if options.multiplexed {
		output = thrift.NewTMultiplexedProtocol(output, "Interop")
	}
	client := interop.NewInteropNextClient(thrift.NewTStandardClient(input, output))
	cases.Run(cases.Client{
		Interop: client,
		NotThere: func(ctx context.Context) error {
			_, err := client.NotThere(ctx, 1)
			return err
		},
		ErrorType: func(err error) int32 {
			var application thrift.TApplicationException
			if errors.As(err, &application) {
				return application.TypeId()
			}
			return -1
		},
	})
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	if os.Args[1] == "server" {
		serve(parse(os.Args[2:]))
	} else {
		call(parse(os.Args[2:]))
	}
}
