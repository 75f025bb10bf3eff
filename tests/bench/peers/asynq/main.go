// No-op jobs through asynq on a Redis of its own: a peer of script/bench dispatch. Prints one line of JSON: for each
// number in flight the jobs a second and the time from submission to the handler's end. The result that asynq stores
// after that is not waited for, to its advantage.
//
//	asynq-dispatch PORT FOLDER off|everysec|always IN_FLIGHT:JOBS...      IN_FLIGHT 0: everything is submitted at once
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"sort"
	"strconv"
	"sync"
	"time"

	"github.com/hibiken/asynq"
)

const processors = 4

type bench struct {
	client *asynq.Client
	ended  sync.Map // payload → chan time.Time
}

func (b *bench) handle(_ context.Context, task *asynq.Task) error {
	task.ResultWriter().Write([]byte("1"))
	if channel, ok := b.ended.Load(string(task.Payload())); ok {
		channel.(chan time.Time) <- time.Now()
	}
	return nil
}

func (b *bench) one(name string) time.Duration {
	channel := make(chan time.Time, 1)
	b.ended.Store(name, channel)
	defer b.ended.Delete(name)
	begun := time.Now()
	if _, err := b.client.Enqueue(asynq.NewTask("noop", []byte(name)), asynq.Retention(time.Hour)); err != nil {
		panic(err)
	}
	return (<-channel).Sub(begun)
}

func (b *bench) measure(inFlight, jobs int) map[string]float64 {
	producers := inFlight
	if inFlight == 0 {
		producers = 1024
	}
	latencies := make([]float64, jobs)
	var group sync.WaitGroup
	begun := time.Now()
	for p := 0; p < producers; p++ {
		group.Add(1)
		go func(p int) {
			defer group.Done()
			for i := p; i < jobs; i += producers {
				latencies[i] = float64(b.one(fmt.Sprintf("%d/%d", inFlight, i)).Microseconds()) / 1e3
			}
		}(p)
	}
	group.Wait()
	seconds := time.Since(begun).Seconds()
	sort.Float64s(latencies)
	at := func(share float64) float64 { return latencies[int(share*float64(jobs-1))] }
	return map[string]float64{"jobs_per_s": float64(jobs) / seconds, "p50_ms": at(0.5), "p99_ms": at(0.99)}
}

func main() {
	port, folder, fsync := os.Args[1], os.Args[2], os.Args[3]
	arguments := []string{"--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", folder, "--appendonly", "no"}
	if fsync != "off" {
		arguments = append(arguments[:len(arguments)-1], "yes", "--appendfsync", fsync)
	}
	redis := exec.Command("redis-server", arguments...)
	if err := redis.Start(); err != nil {
		panic(err)
	}
	defer func() { redis.Process.Kill(); redis.Wait() }()
	options := asynq.RedisClientOpt{Addr: "127.0.0.1:" + port, PoolSize: 64}
	b := &bench{client: asynq.NewClient(options)}
	for b.client.Ping() != nil {
		time.Sleep(50 * time.Millisecond)
	}
	server := asynq.NewServer(options, asynq.Config{Concurrency: processors, LogLevel: asynq.ErrorLevel,
		TaskCheckInterval: 10 * time.Millisecond})
	if err := server.Start(asynq.HandlerFunc(b.handle)); err != nil {
		panic(err)
	}
	b.measure(8, 200)
	results := map[string]map[string]float64{}
	for _, task := range os.Args[4:] {
		var inFlight, jobs int
		fmt.Sscanf(task, "%d:%d", &inFlight, &jobs)
		results[strconv.Itoa(inFlight)] = b.measure(inFlight, jobs)
	}
	server.Shutdown()
	text, _ := json.Marshal(results)
	fmt.Println(string(text))
}
