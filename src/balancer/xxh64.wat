;; XXH64 with seed 0, after the xxHash specification (doc/xxhash_spec.md, section XXH64). `npm run generate` makes
;; xxh64-wasm.generated.ts of this file: 64-bit multiplication takes one instruction here and eight in JavaScript.
;;
;; The two imports are the JS String Builtins of WebAssembly. An engine that has them reads a character in place; for
;; others key-hasher.ts hands in functions, and never calls what would use them.
;;
;; One page of memory. Hashes of 8 bytes are at 0, room for 1024 of them; where each key ends, in 4 bytes, at 8192;
;; the keys themselves, one after the other, from 12288 on.
(module
  (import "wasm:js-string" "length" (func $length (param externref) (result i32)))
  (import "wasm:js-string" "charCodeAt" (func $unit (param externref i32) (result i32)))
  (memory (export "memory") 1 1)
  (global $prime1 i64 (i64.const 0x9E3779B185EBCA87))
  (global $prime2 i64 (i64.const 0xC2B2AE3D27D4EB4F))
  (global $prime3 i64 (i64.const 0x165667B19E3779F9))
  (global $prime4 i64 (i64.const 0x85EBCA77C2B2AE63))
  (global $prime5 i64 (i64.const 0x27D4EB2F165667C5))

  ;; One step of an accumulator: rotl(acc + input * prime2, 31) * prime1.
  (func $round (param $acc i64) (param $input i64) (result i64)
    (i64.mul
      (i64.rotl
        (i64.add (local.get $acc) (i64.mul (local.get $input) (global.get $prime2)))
        (i64.const 31))
      (global.get $prime1)))
  (func $merge (param $acc i64) (param $lane i64) (result i64)
    (i64.add
      (i64.mul
        (i64.xor (local.get $acc) (call $round (i64.const 0) (local.get $lane)))
        (global.get $prime1))
      (global.get $prime4)))
  ;; Hashes as many keys as it is told; the first hash goes to $to. The one place where a key is hashed, for a batch must
  ;; not pay for a call per key: that would be a sixth of its time.
  (func $hashMany (export "hashMany") (param $count i32) (param $to i32)
    (local $i i32) (local $at i32) (local $end i32) (local $length i32) (local $limit i32) (local $h i64)
    (local $v1 i64) (local $v2 i64) (local $v3 i64) (local $v4 i64)
    (local.set $at (i32.const 12288))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $count)))
        (local.set $end (i32.load offset=8192 (i32.shl (local.get $i) (i32.const 2))))
        (local.set $length (i32.sub (local.get $end) (local.get $at)))
        (if (i32.ge_u (local.get $length) (i32.const 32))
          (then
            (local.set $limit (i32.sub (local.get $end) (i32.const 32)))
            (local.set $v1 (i64.add (global.get $prime1) (global.get $prime2)))
            (local.set $v2 (global.get $prime2))
            (local.set $v3 (i64.const 0))
            (local.set $v4 (i64.sub (i64.const 0) (global.get $prime1)))
            (loop $stripes
              (local.set $v1 (call $round (local.get $v1) (i64.load (local.get $at))))
              (local.set $v2 (call $round (local.get $v2) (i64.load offset=8 (local.get $at))))
              (local.set $v3 (call $round (local.get $v3) (i64.load offset=16 (local.get $at))))
              (local.set $v4 (call $round (local.get $v4) (i64.load offset=24 (local.get $at))))
              (local.set $at (i32.add (local.get $at) (i32.const 32)))
              (br_if $stripes (i32.le_u (local.get $at) (local.get $limit))))
            (local.set $h
              (i64.add
                (i64.add (i64.rotl (local.get $v1) (i64.const 1)) (i64.rotl (local.get $v2) (i64.const 7)))
                (i64.add (i64.rotl (local.get $v3) (i64.const 12)) (i64.rotl (local.get $v4) (i64.const 18)))))
            (local.set $h (call $merge (local.get $h) (local.get $v1)))
            (local.set $h (call $merge (local.get $h) (local.get $v2)))
            (local.set $h (call $merge (local.get $h) (local.get $v3)))
            (local.set $h (call $merge (local.get $h) (local.get $v4))))
          (else (local.set $h (global.get $prime5))))
        (local.set $h (i64.add (local.get $h) (i64.extend_i32_u (local.get $length))))
        (block $noWords
          (loop $words
            (br_if $noWords (i32.gt_u (i32.add (local.get $at) (i32.const 8)) (local.get $end)))
            (local.set $h
              (i64.add
                (i64.mul
                  (i64.rotl
                    (i64.xor
                      (local.get $h)
                      ;; A round that begins with 0, in place: V8 would make a call of it.
                      (i64.mul
                        (i64.rotl (i64.mul (i64.load (local.get $at)) (global.get $prime2)) (i64.const 31))
                        (global.get $prime1)))
                    (i64.const 27))
                  (global.get $prime1))
                (global.get $prime4)))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br $words)))
        (if (i32.le_u (i32.add (local.get $at) (i32.const 4)) (local.get $end))
          (then
            (local.set $h
              (i64.add
                (i64.mul
                  (i64.rotl
                    (i64.xor (local.get $h) (i64.mul (i64.load32_u (local.get $at)) (global.get $prime1)))
                    (i64.const 23))
                  (global.get $prime2))
                (global.get $prime3)))
            (local.set $at (i32.add (local.get $at) (i32.const 4)))))
        (block $noBytes
          (loop $bytes
            (br_if $noBytes (i32.ge_u (local.get $at) (local.get $end)))
            (local.set $h
              (i64.mul
                (i64.rotl
                  (i64.xor (local.get $h) (i64.mul (i64.load8_u (local.get $at)) (global.get $prime5)))
                  (i64.const 11))
                (global.get $prime1)))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br $bytes)))
        (local.set $h
          (i64.mul (i64.xor (local.get $h) (i64.shr_u (local.get $h) (i64.const 33))) (global.get $prime2)))
        (local.set $h
          (i64.mul (i64.xor (local.get $h) (i64.shr_u (local.get $h) (i64.const 29))) (global.get $prime3)))
        (i64.store
          (i32.add (local.get $to) (i32.shl (local.get $i) (i32.const 3)))
          (i64.xor (local.get $h) (i64.shr_u (local.get $h) (i64.const 32))))
        (local.set $at (local.get $end))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next))))

  ;; Hashes a string that fits into the room for keys: 1, or 0 and no hash when a character of it takes more than a
  ;; byte. Four characters are one store, which the load of the hash then hardly has to wait for.
  (func (export "hashAscii") (param $key externref) (result i32)
    (local $length i32) (local $i i32) (local $seen i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local.set $length (call $length (local.get $key)))
    (block $noFours
      (loop $fours
        (br_if $noFours (i32.gt_u (i32.add (local.get $i) (i32.const 4)) (local.get $length)))
        (local.set $a (call $unit (local.get $key) (local.get $i)))
        (local.set $b (call $unit (local.get $key) (i32.add (local.get $i) (i32.const 1))))
        (local.set $c (call $unit (local.get $key) (i32.add (local.get $i) (i32.const 2))))
        (local.set $d (call $unit (local.get $key) (i32.add (local.get $i) (i32.const 3))))
        (local.set $seen
          (i32.or
            (i32.or (local.get $seen) (local.get $a))
            (i32.or (i32.or (local.get $b) (local.get $c)) (local.get $d))))
        (i32.store offset=12288
          (local.get $i)
          (i32.or
            (i32.or (local.get $a) (i32.shl (local.get $b) (i32.const 8)))
            (i32.or (i32.shl (local.get $c) (i32.const 16)) (i32.shl (local.get $d) (i32.const 24)))))
        (local.set $i (i32.add (local.get $i) (i32.const 4)))
        (br $fours)))
    (block $noUnits
      (loop $units
        (br_if $noUnits (i32.ge_u (local.get $i) (local.get $length)))
        (local.set $a (call $unit (local.get $key) (local.get $i)))
        (local.set $seen (i32.or (local.get $seen) (local.get $a)))
        (i32.store8 offset=12288 (local.get $i) (local.get $a))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $units)))
    (if (i32.gt_u (local.get $seen) (i32.const 0x7F)) (then (return (i32.const 0))))
    (call $hashOne (local.get $length) (i32.const 0))
    (i32.const 1))

  ;; Hashes the one key that is there.
  (func $hashOne (export "hashOne") (param $length i32) (param $to i32)
    (i32.store (i32.const 8192) (i32.add (local.get $length) (i32.const 12288)))
    (call $hashMany (i32.const 1) (local.get $to)))

  ;; Hashes of the text that ends at $end, with each number from 0 to 99 put after it.
  (func (export "hashNumbered") (param $end i32)
    (local $number i32) (local $last i32)
    (loop $next
      (local.set $last (local.get $end))
      (if (i32.ge_u (local.get $number) (i32.const 10))
        (then
          (i32.store8 (local.get $end) (i32.add (i32.const 48) (i32.div_u (local.get $number) (i32.const 10))))
          (local.set $last (i32.add (local.get $end) (i32.const 1)))))
      (i32.store8 (local.get $last) (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10))))
      (call $hashOne
        (i32.sub (local.get $last) (i32.const 12287))
        (i32.shl (local.get $number) (i32.const 3)))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $number) (i32.const 100))))))
