// Judges histories in the form of Knossos' cas-register with porcupine, which shares nothing with our own checkers.
//
// Standard input holds histories, each ended by a line with a dot. Standard output has a line for each: linearizable, or
// not linearizable.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"regexp"

	"github.com/anishathalye/porcupine"
)

const value = `(nil|:absent|"(?:[^"\\]|\\.)*")`

var line = regexp.MustCompile(
	`^\{:index \d+, :type :(invoke|ok|fail|info), :process (\d+), :f :(read|write|cas), :value (?:` +
		value + `|\[` + value + ` ` + value + `\]), :time [\d.]+\}$`)

// What an operation asks for: a read of anything, a write, or a write on a condition.
type input struct{ f, before, value string }

// What it was told: the value that a read has shown, or nil for any.
type output struct{ value string }

// Absent, as long as nothing was written. Whatever was acknowledged has happened.
var register = porcupine.Model{
	Init: func() interface{} { return ":absent" },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		asked, held := in.(input), state.(string)
		switch asked.f {
		case "read":
			shown := out.(output).value
			return shown == "nil" || shown == held, held
		case "cas":
			// A condition that did not hold, of a write whose reply was lost, leaves everything as it was.
			if held != asked.before {
				return out.(output).value == "unknown", held
			}
		}
		return true, asked.value
	},
}

type history struct {
	events []porcupine.Event
	// The event that each process waits for.
	open map[string]int
	lost []int
}

func (h *history) add(text string) {
	match := line.FindStringSubmatch(text)
	if match == nil {
		log.Fatalf("no line of a register's history: %s", text)
	}
	kind, process, f := match[1], match[2], match[3]
	asked := input{f, match[5], match[6]}
	if f != "cas" {
		asked.value = match[4]
	}
	if kind == "invoke" {
		h.open[process] = len(h.events)
		h.events = append(h.events, porcupine.Event{Kind: porcupine.CallEvent, Value: asked, Id: len(h.events)})
		return
	}
	call := h.open[process]
	id := h.events[call].Id
	switch kind {
	case "ok":
		h.events = append(h.events, porcupine.Event{Kind: porcupine.ReturnEvent, Value: output{asked.value}, Id: id})
	case "fail":
		// It did not happen: its call goes as well.
		h.events[call].Id = -1
	case "info":
		h.lost = append(h.lost, id)
	}
}

// A lost reply may be that of a write that happens at any time, or never: never is after everything else.
func (h *history) isLinearizable() bool {
	var events []porcupine.Event
	for _, event := range h.events {
		if event.Id >= 0 {
			events = append(events, event)
		}
	}
	for _, id := range h.lost {
		events = append(events, porcupine.Event{Kind: porcupine.ReturnEvent, Value: output{"unknown"}, Id: id})
	}
	numbers := map[int]int{}
	for index := range events {
		if _, known := numbers[events[index].Id]; !known {
			numbers[events[index].Id] = len(numbers)
		}
		events[index].Id = numbers[events[index].Id]
	}
	return porcupine.CheckEvents(register, events)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	current := history{open: map[string]int{}}
	for lines.Scan() {
		if lines.Text() != "." {
			current.add(lines.Text())
			continue
		}
		if current.isLinearizable() {
			fmt.Println("linearizable")
		} else {
			fmt.Println("not linearizable")
		}
		current = history{open: map[string]int{}}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}
