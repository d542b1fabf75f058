package gql

import "sync"

// streams counts the open subscriptions, in all and for each caller.
type streams struct {
	mu        sync.Mutex
	open      int
	byKey     map[string]int
	all, each int
}

func (s *streams) enter(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open >= s.all || s.byKey[key] >= s.each {
		return false
	}
	s.open++
	s.byKey[key]++
	return true
}

func (s *streams) leave(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
	if s.byKey[key]--; s.byKey[key] == 0 {
		delete(s.byKey, key)
	}
}
