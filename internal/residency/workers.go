package residency

import (
	"strings"

	"domicile/internal/footprint"
)

// workers adds what Workers do besides answering requests in region: asking
// other hosts, running on a schedule, consuming queues. None of it follows the
// processing region.
func (r *resolver) workers() {
	if len(r.set.Workers) == 0 && r.use("workers") != False {
		r.worker(&Worker{}, Unsure, ReasonSubrequests, r.pops).Scope = account
	}
	for i := range r.set.Workers {
		w := &r.set.Workers[i]
		if r.set.unknown("workers") {
			r.worker(w, Unsure, ReasonSubrequests, r.pops)
			continue
		}
		r.subrequests(w)
		r.worker(w, w.Cron, ReasonCron, r.pops)
		r.worker(w, w.Queues, ReasonQueues, r.pops)
	}
}

// subrequests: inside the claim only where every host asked is one of these
// settings' names; then that name's steering applies.
func (r *resolver) subrequests(w *Worker) {
	if w.Subrequests != True || len(w.SubrequestHosts) == 0 {
		r.worker(w, w.Subrequests, ReasonSubrequests, r.pops)
		return
	}
	for _, host := range w.SubrequestHosts {
		s := r.steerName(host)
		if s.why.Kind == ReasonTargetUnknown {
			s.bound = r.pops
		}
		p := r.worker(w, True, ReasonSubrequests, s.bound)
		p.Reason.Detail, p.Reason.Region = host, s.why.Region
	}
}

func (r *resolver) worker(w *Worker, acts Truth, kind ReasonKind, b bound) *Placement {
	if acts == False {
		return nil
	}
	p := r.add(Content, Process, Scope{WorkerScope, w.Name}, b,
		Reason{Kind: kind, Product: "workers", Setting: footprint.ProcessingSetting})
	p.Names = routeHosts(w.Routes)
	if acts == Unsure {
		p.Possible, p.Facts = true, []string{FactWorkerActs}
	}
	return p
}

// routeHosts are the host names of a Worker's routes; none where a route could
// be of any.
func routeHosts(routes []string) []string {
	var out []string
	for _, route := range routes {
		host, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(route, "https://"), "http://"), "/")
		if host == "" || strings.Contains(strings.TrimPrefix(host, "*."), "*") {
			return nil
		}
		out = append(out, strings.ToLower(host))
	}
	return out
}
