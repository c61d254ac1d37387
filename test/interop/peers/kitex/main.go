// The peer of Kitex.
//
//	peer server HOST:PORT [option=value]…
//	peer client HOST:PORT buffered|framed|ttheader|ttheaderframed binary [option=value]…
//	peer configs
//	peer scenario NAME address=HOST:PORT [option=value]…
package main

import (
	"log"
	"os"
	"strings"

	"github.com/cloudwego/kitex/pkg/klog"
)

// settings are the options of the command line by name.
type settings map[string]string

func parse(args []string) settings {
	parsed := settings{}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		parsed[name] = value
	}
	return parsed
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	klog.SetLevel(klog.LevelFatal)
	switch mode := os.Args[1]; mode {
	case "server":
		serve(os.Args[2], parse(os.Args[3:]))
	case "configs":
		printConfigs()
	case "client":
		call(os.Args[2], os.Args[3], parse(os.Args[5:]))
	case "scenario":
		scenarios[os.Args[2]](parse(os.Args[3:]))
	default:
		log.Fatalf("unknown mode %s", mode)
	}
}
