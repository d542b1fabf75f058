package gql

import (
	"bytes"
	"context"
	"slices"
	"strconv"
)

// Response is the answer to one operation. Its bytes belong to it until
// Release.
type Response struct {
	body []byte
	data bool
	errs []*Error
	cost int
	run  *run // whose buffer body is

	extensions map[string]any // beside cost
}

// JSON returns the response as it goes to a client.
func (r *Response) JSON() []byte { return r.body }

// Executed reports whether the operation was run: the response has a `data`
// entry, be it null. Otherwise the request was refused.
func (r *Response) Executed() bool { return r.data }

// Errors returns the errors of the response.
func (r *Response) Errors() []*Error { return r.errs }

// Cost is the price of the operation, 0 when it was refused before it had one.
func (r *Response) Cost() int { return r.cost }

// Release gives the response's memory back; JSON must not be used after it.
func (r *Response) Release() {
	if r.run != nil {
		r.body = nil
		r.run.release()
		r.run = nil
	}
}

// refuse makes the response of a request that is not executed.
func (s *Schema) refuse(ctx context.Context, errs ...*Error) *Response {
	body := appendErrors([]byte{'{'}, errs)
	var extensions map[string]any
	if s.binding.Extensions != nil {
		if s.binding.Begin != nil {
			ctx = s.binding.Begin(ctx)
		}
		extensions = s.binding.Extensions(ctx)
		members := appendMembers(nil, extensions)
		body = append(body, `,"extensions":{`...)
		body = append(append(body, bytes.TrimPrefix(members, []byte{','})...), '}')
	}
	return &Response{body: append(body, '}'), errs: errs, extensions: extensions}
}

// fail records a field error at the current path.
func (r *run) fail(f *planField, err error) {
	if len(r.errs) >= maxErrors {
		r.more++
		return
	}
	shown, masked := clientError(err, r.schema.binding.MapError, r.id)
	if masked && r.schema.binding.Report != nil {
		r.schema.binding.Report(r.ctx, f.def.public, err)
	}
	e := *shown
	e.Path = make([]any, len(r.path))
	for i, s := range r.path {
		e.Path[i] = s.value()
	}
	e.Locations = f.at
	r.errs = append(r.errs, &e)
}

func (s step) value() any {
	if s.key == "" {
		return s.index
	}
	return s.key
}

// finish closes the response after `data`.
func (r *run) finish(cost int) *Response {
	if r.stop != nil {
		r.errs = append(r.errs, r.stop)
	}
	if r.more > 0 {
		r.errs = append(r.errs, Errorf(Internal, "%d more errors are left out", r.more))
	}
	if len(r.errs) > 0 {
		r.buf = appendErrors(append(r.buf, ','), r.errs)
	}
	r.buf = append(r.buf, `,"extensions":{"cost":`...)
	r.buf = strconv.AppendInt(r.buf, int64(cost), 10)
	var extensions map[string]any
	if extend := r.schema.binding.Extensions; extend != nil {
		extensions = extend(r.ctx)
		r.buf = appendMembers(r.buf, extensions)
	}
	r.buf = append(r.buf, "}}"...)
	return &Response{body: r.buf, data: true, errs: r.errs, cost: cost, run: r, extensions: extensions}
}

// appendMembers appends `,"key":value` for every entry, in order of the keys.
func appendMembers(dst []byte, members map[string]any) []byte {
	keys := make([]string, 0, len(members))
	for key := range members {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		dst = appendString(append(dst, ','), key)
		dst = appendValue(append(dst, ':'), members[key])
	}
	return dst
}

func appendErrors(dst []byte, errs []*Error) []byte {
	dst = append(dst, `"errors":[`...)
	for i, e := range errs {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(append(dst, `{"message":`...), e.Message)
		dst = appendLocations(dst, e.Locations)
		dst = appendPath(dst, e.Path)
		dst = appendString(append(dst, `,"extensions":{"code":`...), string(e.Code))
		dst = append(dst, "}}"...)
	}
	return append(dst, ']')
}

func appendLocations(dst []byte, at []Location) []byte {
	if len(at) == 0 {
		return dst
	}
	dst = append(dst, `,"locations":[`...)
	for i, l := range at {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(append(dst, `{"line":`...), int64(l.Line), 10)
		dst = strconv.AppendInt(append(dst, `,"column":`...), int64(l.Column), 10)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func appendPath(dst []byte, path []any) []byte {
	if len(path) == 0 {
		return dst
	}
	dst = append(dst, `,"path":[`...)
	for i, s := range path {
		if i > 0 {
			dst = append(dst, ',')
		}
		if key, ok := s.(string); ok {
			dst = appendString(dst, key)
		} else if index, ok := s.(int); ok {
			dst = strconv.AppendInt(dst, int64(index), 10)
		}
	}
	return append(dst, ']')
}
