package naive

import (
	"strings"

	"domicile/internal/residency"
)

// workers adds what Workers do besides answering requests: asking other hosts,
// running on a schedule, consuming queues. No region binds that.
func (c *customer) workers() {
	for i := range c.set.Workers {
		w, first := &c.set.Workers[i], len(c.out)
		if c.unread("workers") {
			c.work(residency.Scope{Kind: residency.WorkerScope, Name: w.Name}, residency.Unsure, c.pops)
		} else {
			c.worker(w)
		}
		c.mark(first, "", served(w.Routes))
	}
	if len(c.set.Workers) == 0 && (c.unread("workers") || c.usesID("workers") != residency.False) {
		c.work(account, residency.Unsure, c.pops)
	}
}

// served lists the hostnames of routes such as www.a.example/*; none where one
// of the routes may be of any.
func served(routes []string) []string {
	var out []string
	for _, route := range routes {
		_, after, found := strings.Cut(route, "://")
		if !found {
			after = route
		}
		host, _, _ := strings.Cut(strings.ToLower(after), "/")
		if host == "" || strings.Contains(strings.TrimPrefix(host, "*."), "*") {
			return nil
		}
		out = append(out, host)
	}
	return out
}

func (c *customer) worker(w *residency.Worker) {
	scope := residency.Scope{Kind: residency.WorkerScope, Name: w.Name}
	if w.Subrequests != residency.True || len(w.SubrequestHosts) == 0 {
		c.work(scope, w.Subrequests, c.pops)
	} else {
		for _, host := range w.SubrequestHosts {
			ways, known := c.ways(host)
			if !known {
				ways = []way{{reach: c.pops}} // somebody else's host: outside
			}
			for _, way := range ways {
				c.work(scope, residency.True, way.reach)
			}
		}
	}
	c.work(scope, w.Cron, c.pops)
	c.work(scope, w.Queues, c.pops)
}

func (c *customer) work(scope residency.Scope, does residency.Truth, r reach) {
	if does == residency.False {
		return
	}
	p := c.add(residency.Content, residency.Process, scope, "workers", r)
	if does == residency.Unsure {
		p.Possible, p.Facts = true, []string{residency.FactWorkerActs}
	}
}
