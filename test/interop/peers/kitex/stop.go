package main

import (
	"bufio"
	"io"
	"os"

	"github.com/cloudwego/kitex/server"
)

// stopWithInput shuts the server down gracefully on the line "stop", and ends the process when its input closes.
func stopWithInput(served server.Server) {
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		if input.Text() == "stop" {
			check(served.Stop())
			os.Exit(0)
		}
	}
	os.Exit(0)
}

func readToEnd() {
	_, _ = io.Copy(io.Discard, os.Stdin)
}
