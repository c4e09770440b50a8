// An echo server in Go, with a goroutine for each client. After the overview of package net, and
// the example of net.Listener. That one calls io.Copy, which splices in the kernel and shows its
// bytes to nobody; a server that looks at them reads and writes, as here and in the other peers.
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	chunk         = 64 * 1024
	shortagePause = 20 * time.Millisecond
)

func echo(client net.Conn) {
	defer client.Close()
	buffer := make([]byte, chunk)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		if _, err := client.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// The backlog is the system's, and package net sets TCP_NODELAY itself.
func listen(port int) net.Listener {
	address := fmt.Sprintf("127.0.0.1:%d", port)
	listener, err := net.Listen("tcp", address)
	if err != nil {
		var errno syscall.Errno
		errors.As(err, &errno)
		why := errno.Error()
		fmt.Fprintf(os.Stderr, "cannot listen on %s: %s\n", address, strings.ToUpper(why[:1])+why[1:])
		os.Exit(1)
	}
	return listener
}

func portArgument() int {
	if len(os.Args) == 2 {
		port, err := strconv.Atoi(os.Args[1])
		if err == nil && port >= 1 && port <= 65535 {
			return port
		}
	}
	fmt.Fprintf(os.Stderr, "%s: expected one argument, a port from 1 to 65535\n", os.Args[0])
	os.Exit(2)
	return 0
}

func main() {
	runtime.GOMAXPROCS(1)
	listener := listen(portArgument())
	for {
		client, err := listener.Accept()
		if err != nil {
			time.Sleep(shortagePause) // out of descriptors, most likely
			continue
		}
		go echo(client)
	}
}
