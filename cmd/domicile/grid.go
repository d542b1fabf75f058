package main

import "domicile/internal/hexgrid"

// grid draws the cells of visitors.
type grid struct{}

// Coarsen gives the cell of at most a resolution that holds a cell.
func (grid) Coarsen(cell uint64, resolution int) (uint64, bool) {
	c := hexgrid.Cell(cell)
	if c == 0 || !c.Valid() {
		return 0, false
	}
	up, err := c.Parent(min(resolution, c.Resolution()))
	return uint64(up), err == nil
}

// Ring is a cell's outline.
func (grid) Ring(cell uint64) ([][2]int32, error) { return hexgrid.Cell(cell).Ring() }
