package hugepage

import (
	"syscall"
	"unsafe"
)

// advise covers the whole pages of a slice.
func advise(start unsafe.Pointer, size uintptr) {
	page := uintptr(syscall.Getpagesize())
	skip := -uintptr(start) & (page - 1)
	if size < skip+page {
		return
	}
	whole := unsafe.Slice((*byte)(unsafe.Add(start, skip)), (size-skip)&^(page-1))
	_ = syscall.Madvise(whole, syscall.MADV_HUGEPAGE)
}
