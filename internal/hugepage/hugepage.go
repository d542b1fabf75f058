package hugepage

import "unsafe"

// worthwhile is the size in bytes from which at least one large page lies within a
// table, wherever it begins.
const worthwhile = 4 << 20

// Make is make([]T, n). T holds no pointers: the table is often large, and the
// collector should have no reason to look at it.
func Make[T any](n int) []T {
	s := make([]T, n)
	if size := uintptr(n) * unsafe.Sizeof(*new(T)); size >= worthwhile {
		advise(unsafe.Pointer(unsafe.SliceData(s)), size)
	}
	return s
}
