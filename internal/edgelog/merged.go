package edgelog

// inner reads the subrequests that a line holds, which is where a job with
// subrequest_merging puts them: an array of objects, each with the fields of a request.
type inner struct {
	parser parser
	list   []byte // the array, ended as a line is
	line   []byte // one of its objects, ended so
	vals   values
}

// merged adds the subrequests that the line last accepted holds to the batch.
func (r *Reader) merged(b []byte, batch *Batch) Reason {
	v := &r.vals[mergedSlot]
	switch v.kind {
	case absent, null:
		return Fine
	case nested:
		r.inner.list = asLine(r.inner.list, b[v.start:v.end])
	default: // in CSV
		t, why := r.makes.read(b, v)
		if why != Fine || len(t) == 0 {
			return why
		}
		r.inner.list = asLine(r.inner.list, t)
	}
	parent := &batch.Records[len(batch.Records)-1]
	r.makes.within = parent.Time
	why := r.mergedIn(r.inner.list, batch)
	r.makes.within = 0
	return why
}

// asLine copies bytes to where a scanner may read them.
func asLine(to, b []byte) []byte {
	to = append(append(to[:0], b...), '\n')
	return append(to, make([]byte, slack)...)
}

// mergedIn adds the elements of an array.
func (r *Reader) mergedIn(list []byte, batch *Batch) Reason {
	p := space(list, 0)
	if list[p] != '[' {
		return WrongType
	}
	if p = space(list, p+1); list[p] == ']' {
		return ended(list, p+1)
	}
	for n := 0; ; n++ {
		if list[p] != '{' {
			return WrongType
		}
		if n == MaxMerged {
			return TooMany
		}
		end := scanNested(list, p)
		if end < 0 {
			return failure(end)
		}
		if why := r.subrequest(list[p:end], batch); why != Fine {
			return why
		}
		switch p = space(list, end); list[p] {
		case ']':
			return ended(list, p+1)
		case ',':
			p = space(list, p+1)
		default:
			return BadSyntax
		}
	}
}

func ended(list []byte, p int) Reason {
	if list[space(list, p)] != '\n' {
		return BadSyntax
	}
	return Fine
}

func (r *Reader) subrequest(object []byte, batch *Batch) Reason {
	in := &r.inner
	in.line = asLine(in.line, object)
	in.parser.fields = r.json.fields
	if why := in.parser.line(in.line, 0, &in.vals); why != Fine {
		return why
	}
	n := len(batch.Records)
	rec := &batch.store[n]
	if why := r.makes.record(in.line, &in.vals, rec, batch); why != Fine {
		return why
	}
	rec.Flags |= Subrequest | Merged
	batch.Records = batch.store[:n+1]
	return Fine
}
