package evidence

import "math"

// UpperBound is the greatest share of events outside that is still plausible
// when, of n events seen at random, outside were: the upper end of the exact
// (Clopper–Pearson) interval at a one-sided confidence between 0 and 1. With none
// outside it is 1-(1-confidence)^(1/n), about 3/n at 0.95: the rule of three.
//
// It speaks of a random sample. A log with every event needs no bound, and one
// with gaps says nothing about the gaps. Nothing seen gives 1.
func UpperBound(n, outside uint64, confidence float64) float64 {
	switch {
	case n == 0 || outside >= n || !(confidence < 1):
		return 1
	case !(confidence > 0):
		return 0
	case outside == 0:
		return -math.Expm1(math.Log1p(-confidence) / float64(n))
	}
	a, b := float64(outside)+1, float64(n-outside)
	low, high := 0.0, 1.0
	for range 200 {
		middle := low + (high-low)/2
		if middle == low || middle == high {
			break
		}
		if incompleteBeta(a, b, middle) < confidence {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// incompleteBeta is the regularized incomplete beta function I_x(a, b), for x
// between 0 and 1: the chance that at least a of a+b-1 events are outside, each
// with chance x.
func incompleteBeta(a, b, x float64) float64 {
	logs := func(v float64) float64 { l, _ := math.Lgamma(v); return l }
	front := math.Exp(logs(a+b) - logs(a) - logs(b) + a*math.Log(x) + b*math.Log1p(-x))
	if x < (a+1)/(a+b+2) {
		return front * fraction(a, b, x) / a
	}
	return 1 - front*fraction(b, a, 1-x)/b
}

// fraction is the continued fraction of the incomplete beta function, by Lentz's
// method.
func fraction(a, b, x float64) float64 {
	const tiny, enough = 1e-300, 1e-15
	away := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/away(1-(a+b)*x/(a+1))
	out := d
	for m := 1.0; m < 100_000; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d, c = 1/away(1+even*d), away(1+even/c)
		out *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d, c = 1/away(1+odd*d), away(1+odd/c)
		out *= d * c
		if math.Abs(d*c-1) < enough {
			break
		}
	}
	return out
}
