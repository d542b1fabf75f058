package hugepage_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"

	"domicile/internal/hugepage"
)

// The kernel's list of mappings has "hg" among the flags of one that was advised; a
// kernel without large pages gives none.
func TestTheSystemHearsTheAdvice(t *testing.T) {
	_, err := os.Stat("/sys/kernel/mm/transparent_hugepage")
	given := err == nil
	table := hugepage.Make[uint64](1 << 21)
	flags := mappingFlags(t, uintptr(unsafe.Pointer(&table[len(table)/2])))
	table[0] = 1 // it lives until here
	if advised := strings.Contains(flags+" ", " hg "); advised != given {
		t.Errorf("the mapping is advised: %v, the kernel gives large pages: %v", advised, given)
	}
}

// mappingFlags are the flags of the mapping that an address lies in.
func mappingFlags(t *testing.T, address uintptr) string {
	t.Helper()
	file, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	here := false
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var from, to uintptr
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x ", &from, &to); n == 2 {
			here = from <= address && address < to
		}
		if flags, ok := strings.CutPrefix(lines.Text(), "VmFlags:"); ok && here {
			return flags
		}
	}
	t.Fatal("the address is in no mapping")
	return ""
}
