package main

import (
	"bytes"
	"errors"
	"fmt"
)

const (
	recordBytes   = 3  // a record of 24 bits
	nodeBytes     = 6  // two records
	dataSeparator = 16 // zero bytes between the search tree and the data
	metadataStart = "\xab\xcd\xefMaxMind.com"
	uint32Type    = 6 // the format's type number, in the top three bits of a control byte
)

// sharer finds the subtrees of a search tree that are equal.
type sharer struct {
	tree    []byte
	nodes   uint32
	class   []uint32             // of each old node: the number of its class, plus one; zero: not seen
	classes [][2]uint32          // of each class: its two records, classes or data
	known   map[[2]uint32]uint32 // the reverse of classes
}

// dataRecord marks a record that points to data and not to a class.
const dataRecord = 1 << 31

// shareSubtrees rewrites a database of 24-bit records so that equal subtrees are
// stored once. Readers walk from the root and never see a node's number, so that
// every look-up, and the network it answers with, stays the same; the format
// itself shares the IPv4 subtree in this way.
func shareSubtrees(file []byte, nodes int) ([]byte, error) {
	end := nodes * nodeBytes
	if nodes <= 0 || len(file) < end+dataSeparator {
		return nil, fmt.Errorf("share subtrees: %d nodes do not fit %d bytes", nodes, len(file))
	}
	s := &sharer{tree: file[:end], nodes: uint32(nodes), class: make([]uint32, nodes), known: map[[2]uint32]uint32{}}
	root := s.classify(0)
	order := s.preorder(root)
	count := uint32(len(order))
	number := make([]uint32, len(s.classes))
	for i, class := range order {
		number[class] = uint32(i)
	}
	shared := make([]byte, 0, len(order)*nodeBytes+len(file)-end)
	for _, class := range order {
		for _, record := range s.classes[class] {
			value := count + record&^dataRecord
			if record&dataRecord == 0 {
				value = number[record]
			}
			shared = append(shared, byte(value>>16), byte(value>>8), byte(value))
		}
	}
	return withNodeCount(append(shared, file[end:]...), count)
}

// classify answers the class of a record: for a node, that of its subtree.
func (s *sharer) classify(record uint32) uint32 {
	if record >= s.nodes {
		return dataRecord | (record - s.nodes)
	}
	if s.class[record] != 0 {
		return s.class[record] - 1
	}
	pair := [2]uint32{s.classify(s.record(record, 0)), s.classify(s.record(record, 1))}
	class, ok := s.known[pair]
	if !ok {
		class = uint32(len(s.classes))
		s.known[pair] = class
		s.classes = append(s.classes, pair)
	}
	s.class[record] = class + 1
	return class
}

func (s *sharer) record(node uint32, side int) uint32 {
	b := s.tree[int(node)*nodeBytes+side*recordBytes:]
	return uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
}

// preorder lists the classes from the root, each before those below it that no
// earlier one reached: a look-up then walks mostly forward in the file.
func (s *sharer) preorder(root uint32) []uint32 {
	order := make([]uint32, 0, len(s.classes))
	seen := make([]bool, len(s.classes))
	stack := []uint32{root}
	for len(stack) > 0 {
		class := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if class&dataRecord != 0 || seen[class] {
			continue
		}
		seen[class] = true
		order = append(order, class)
		stack = append(stack, s.classes[class][1], s.classes[class][0])
	}
	return order
}

// withNodeCount puts the number of nodes into the metadata, in the bytes that
// the larger number took.
func withNodeCount(file []byte, count uint32) ([]byte, error) {
	start := bytes.LastIndex(file, []byte(metadataStart))
	if start < 0 {
		return nil, errors.New("share subtrees: no metadata")
	}
	key := bytes.Index(file[start:], []byte("node_count"))
	if key < 0 {
		return nil, errors.New("share subtrees: metadata has no node_count")
	}
	at := start + key + len("node_count")
	size := int(file[at] & 0x1f)
	if file[at]>>5 != uint32Type || size > 4 || at+size >= len(file) {
		return nil, errors.New("share subtrees: node_count is not a 32-bit number")
	}
	for i := range size {
		file[at+size-i] = byte(count >> (8 * i))
	}
	return file, nil
}
