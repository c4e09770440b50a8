// What Go needs for what asyncio_bench measures, in one thread:
//
//	go NAME      prints the seconds that one takes
//	go has NAME  is 0 if it can do that
//
// Go has no await, as each call may wait, and no callbacks.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

func timed(n int, run func()) map[string]float64 {
	begin := time.Now()
	run()
	return map[string]float64{"seconds": time.Since(begin).Seconds() / float64(n)}
}

func turn() map[string]float64 {
	const n = 3_000_000
	return timed(n, func() {
		for i := 0; i < n; i++ {
			runtime.Gosched()
		}
	})
}

func turns() map[string]float64 {
	const n, goroutines = 3_000, 1_000
	done := make(chan int)
	return timed(n*goroutines, func() {
		for g := 0; g < goroutines; g++ {
			go func() {
				for i := 0; i < n; i++ {
					runtime.Gosched()
				}
				done <- 1
			}()
		}
		for g := 0; g < goroutines; g++ {
			<-done
		}
	})
}

// Two that wake each other, each through a channel.
func wakeUp() map[string]float64 {
	const n = 500_000
	ping, pong := make(chan int), make(chan int)
	go func() {
		for {
			pong <- <-ping
		}
	}()
	return timed(2*n, func() {
		for i := 0; i < n; i++ {
			ping <- 1
			<-pong
		}
	})
}

func createTask() map[string]float64 {
	const n = 1_000_000
	result := make(chan int)
	return timed(n, func() {
		for i := 0; i < n; i++ {
			go func() { result <- 1 }()
			<-result
		}
	})
}

// In bytes (proc(5), statm).
func resident() float64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(statm))[1])
	if err != nil {
		panic(err)
	}
	return float64(pages * os.Getpagesize())
}

func alive() map[string]float64 {
	const n = 200_000
	before := resident()
	measured := timed(n, func() {
		for i := 0; i < n; i++ {
			go time.Sleep(time.Hour)
		}
		for runtime.NumGoroutine() <= n {
			runtime.Gosched()
		}
		runtime.Gosched()
	})
	measured["resident"] = (resident() - before) / n
	return measured
}

func main() {
	runtime.GOMAXPROCS(1)
	measures := map[string]func() map[string]float64{
		"turn": turn, "turns": turns, "wake_up": wakeUp, "create_task": createTask, "alive": alive}
	measure, ok := measures[os.Args[len(os.Args)-1]]
	if !ok {
		fmt.Fprintln(os.Stderr, "go: cannot measure", strings.Join(os.Args[1:], " "))
		os.Exit(2)
	}
	if len(os.Args) > 2 {
		return
	}
	for name, value := range measure() {
		fmt.Println(name, value)
	}
}
