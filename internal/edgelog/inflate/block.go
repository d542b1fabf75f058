package inflate

// preOrder is the order in which the lengths of the code for lengths are stored.
var preOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// block reads the header of a block.
func (d *decoder) block() error {
	if err := d.need(); err != nil {
		return err
	}
	d.final = d.take(1) == 1
	switch d.take(2) {
	case 0:
		return d.startStored()
	case 1:
		return d.startFixed()
	case 2:
		return d.startDynamic()
	}
	return d.wrong()
}

// wrong tells corrupt bytes from the zeros behind the end.
func (d *decoder) wrong() error {
	if d.overrun() {
		return ErrTruncated
	}
	return ErrCorrupt
}

func (d *decoder) startStored() error {
	d.align()
	if err := d.need(); err != nil {
		return err
	}
	size, complement := d.take(16), d.take(16)
	if d.overrun() {
		return ErrTruncated
	}
	if size^complement != 0xffff {
		return ErrCorrupt
	}
	d.align()
	d.stored, d.state = int(size), inStored
	return nil
}

func (d *decoder) startFixed() error {
	d.state = inSymbols
	if d.fixed {
		return nil
	}
	var lengths [symbols]uint8
	for i := range lengths {
		switch {
		case i < 144 || i >= 280:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		default:
			lengths[i] = 7
		}
	}
	build(d.lit[:], litBits, lengths[:], litMeaning[:])
	for i := range 32 {
		lengths[i] = 5
	}
	build(d.dist[:], distBits, lengths[:32], distMeaning[:])
	d.fixed = true
	return nil
}

func (d *decoder) startDynamic() error {
	if err := d.need(); err != nil {
		return err
	}
	nlit, ndist, npre := int(d.take(5))+257, int(d.take(5))+1, int(d.take(4))+4
	if nlit > 286 || ndist > 30 {
		return d.wrong()
	}
	var lengths [symbols + 32]uint8
	for _, i := range preOrder[:npre] {
		if err := d.need(); err != nil {
			return err
		}
		lengths[i] = uint8(d.take(3))
	}
	if !build(d.pre[:], preBits, lengths[:19], preMeaning[:]) {
		return d.wrong()
	}
	clear(lengths[:19])
	if err := d.readLengths(lengths[:nlit+ndist]); err != nil {
		return err
	}
	d.fixed = false
	if !build(d.lit[:], litBits, lengths[:nlit], litMeaning[:]) || !build(d.dist[:], distBits, lengths[nlit:nlit+ndist], distMeaning[:]) {
		return d.wrong()
	}
	pair(&d.lit)
	d.state = inSymbols
	return nil
}

// readLengths reads code lengths, which are themselves coded.
func (d *decoder) readLengths(lengths []uint8) error {
	for i := 0; i < len(lengths); {
		if err := d.need(); err != nil {
			return err
		}
		e := d.pre[d.hold&(1<<preBits-1)]
		if e&exceptional != 0 {
			return d.wrong()
		}
		d.take(uint64(e & 63))
		symbol, again, last := uint8(e>>16), 0, uint8(0)
		switch symbol {
		case 16:
			if i == 0 {
				return d.wrong()
			}
			again, last = 3+int(d.take(2)), lengths[i-1]
		case 17:
			again = 3 + int(d.take(3))
		case 18:
			again = 11 + int(d.take(7))
		default:
			again, last = 1, symbol
		}
		if again > len(lengths)-i {
			return d.wrong()
		}
		for range again {
			lengths[i] = last
			i++
		}
	}
	return nil
}
