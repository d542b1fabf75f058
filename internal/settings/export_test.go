package settings

// Of makes every part full after so many documents.
func (p *Parts) Of(documents int) *Parts {
	p.split.documents = documents
	return p
}
