// Streams of Kitex, measured as the stacks in Node are.
//
//	kitex-streams serve                               prints `ready PORT`, and ends with its input
//	kitex-streams load PORT STREAMS MILLISECONDS      prints {"messages":…,"seconds":…,"cpuNs":…}
//	kitex-streams first PORT STREAMS                  prints {"medianMs":…}
//	kitex-streams hold PORT STREAMS                   prints {"residentBytes":…}, and ends with its input
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/remote/trans/ttstream"
	"github.com/cloudwego/kitex/server"

	"peer/gen/streams"
	service "peer/gen/streams/streams"
)

const messagesPerStream = 2000

type handler struct{}

func (*handler) Count(ctx context.Context, request *streams.CountRequest, stream streams.Streams_CountServer) error {
	for value := int64(1); value <= int64(request.Messages); value++ {
		if err := stream.Send(ctx, &streams.Counter{Value: value}); err != nil {
			return err
		}
	}
	if request.StaysOpen {
		<-ctx.Done()
	}
	return nil
}

func serve() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	fmt.Printf("ready %d\n", listener.Addr().(*net.TCPAddr).Port)
	go func() { must(service.NewServer(&handler{}, server.WithListener(listener)).Run()) }()
	io.Copy(io.Discard, os.Stdin)
}

func connect(port string) service.Client {
	pool := ttstream.WithClientMuxConnPool(ttstream.MuxConnConfig{PoolSize: 1})
	return service.MustNewClient("streams", client.WithHostPorts("127.0.0.1:"+port),
		client.WithTTHeaderStreamingOptions(client.WithTTHeaderStreamingTransportOptions(pool)))
}

func count(c service.Client, messages int32, first func()) {
	ctx := context.Background()
	stream, err := c.Count(ctx, &streams.CountRequest{Messages: messages})
	must(err)
	for received := int32(0); ; received++ {
		_, err := stream.Recv(ctx)
		if err == io.EOF {
			if received != messages {
				panic(fmt.Sprintf("%d messages instead of %d", received, messages))
			}
			return
		}
		must(err)
		if received == 0 && first != nil {
			first()
		}
	}
}

func cpuNs() int64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func load(port string, streamCount int, milliseconds int) {
	c := connect(port)
	count(c, messagesPerStream, nil)
	before, start := cpuNs(), time.Now()
	end := start.Add(time.Duration(milliseconds) * time.Millisecond)
	var messages atomic.Int64
	var all sync.WaitGroup
	for i := 0; i < streamCount; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for {
				count(c, messagesPerStream, nil)
				messages.Add(messagesPerStream)
				if time.Now().After(end) {
					return
				}
			}
		}()
	}
	all.Wait()
	seconds := time.Since(start).Seconds()
	fmt.Printf("{\"messages\":%d,\"seconds\":%f,\"cpuNs\":%d}\n", messages.Load(), seconds, cpuNs()-before)
}

func first(port string, streamCount int) {
	c := connect(port)
	var times []float64
	for i := 0; i < streamCount; i++ {
		start := time.Now()
		count(c, 1, func() { times = append(times, time.Since(start).Seconds()*1000) })
	}
	sort.Float64s(times)
	fmt.Printf("{\"medianMs\":%f}\n", times[len(times)/2])
}

func hold(port string, streamCount int) {
	c := connect(port)
	count(c, 1, nil)
	before := residentBytes()
	ctx := context.Background()
	for i := 0; i < streamCount; i++ {
		stream, err := c.Count(ctx, &streams.CountRequest{Messages: 1, StaysOpen: true})
		must(err)
		_, err = stream.Recv(ctx)
		must(err)
	}
	fmt.Printf("{\"residentBytes\":%d}\n", residentBytes()-before)
	io.Copy(io.Discard, os.Stdin)
}

func residentBytes() int64 {
	runtime.GC()
	debug.FreeOSMemory()
	status, err := os.Open("/proc/self/status")
	must(err)
	defer status.Close()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > 1 && fields[0] == "VmRSS:" {
			kib, err := strconv.ParseInt(fields[1], 10, 64)
			must(err)
			return kib * 1024
		}
	}
	return 0
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	klog.SetOutput(io.Discard)
	number := func(index int) int {
		value, err := strconv.Atoi(os.Args[index])
		must(err)
		return value
	}
	switch os.Args[1] {
	case "serve":
		serve()
	case "load":
		load(os.Args[2], number(3), number(4))
	case "first":
		first(os.Args[2], number(3))
	case "hold":
		hold(os.Args[2], number(3))
	}
}
