// The module gradwright_llvm: LLVM's text → object code → functions of this process, by LLVM's C interface and ORC.
#include <llvm-c/Analysis.h>
#include <llvm-c/Core.h>
#include <llvm-c/Error.h>
#include <llvm-c/IRReader.h>
#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>
#include <llvm-c/Support.h>
#include <llvm-c/Target.h>
#include <llvm-c/TargetMachine.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <llvm/Config/llvm-config.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

#include "jit/abi.h"

#define GRADWRIGHT_EXPORT __attribute__((visibility("default")))

namespace gradwright::jit {
namespace {

void say(Message* message, const char* text) {
  if (message != nullptr) std::snprintf(message->text, sizeof message->text, "%s", text);
}

bool failed(LLVMErrorRef error, Message* message) {
  if (error == nullptr) return false;
  char* text = LLVMGetErrorMessage(error);
  say(message, text);
  LLVMDisposeErrorMessage(text);
  return true;
}

struct Freed {
  void operator()(char* text) const { LLVMDisposeMessage(text); }
  void operator()(LLVMContextRef context) const { LLVMContextDispose(context); }
  void operator()(LLVMModuleRef module) const { LLVMDisposeModule(module); }
  void operator()(LLVMTargetMachineRef machine) const { LLVMDisposeTargetMachine(machine); }
  void operator()(LLVMPassBuilderOptionsRef options) const { LLVMDisposePassBuilderOptions(options); }
  void operator()(LLVMMemoryBufferRef buffer) const { LLVMDisposeMemoryBuffer(buffer); }
  void operator()(LLVMOrcLLJITRef jit) const { failed(LLVMOrcDisposeLLJIT(jit), nullptr); }
};
template <class Reference>
using Owned = std::unique_ptr<std::remove_pointer_t<Reference>, Freed>;

void initialise() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Indices are written as they should be computed; to look for better ones takes a quarter of the compile time.
    const char* const words[] = {"gradwright", "-disable-lsr"};
    LLVMParseCommandLineOptions(2, words, nullptr);
    LLVMInitializeNativeTarget();
    LLVMInitializeNativeAsmPrinter();
  });
}

Owned<LLVMTargetMachineRef> target_machine(const char* features, int level, Message* message) {
  const std::unique_ptr<char, Freed> triple(LLVMGetDefaultTargetTriple());
  LLVMTargetRef target = nullptr;
  char* fault = nullptr;
  if (LLVMGetTargetFromTriple(triple.get(), &target, &fault) != 0) {
    say(message, fault);
    LLVMDisposeMessage(fault);
    return nullptr;
  }
  const LLVMCodeGenOptLevel code = level <= 0   ? LLVMCodeGenLevelNone
                                   : level == 1 ? LLVMCodeGenLevelLess
                                                : LLVMCodeGenLevelDefault;
  const char* processor = std::strncmp(triple.get(), "x86_64", 6) == 0 ? "x86-64" : "generic";
  return Owned<LLVMTargetMachineRef>(
      LLVMCreateTargetMachine(target, triple.get(), processor, features, code, LLVMRelocPIC, LLVMCodeModelSmall));
}

/// The text has its vectors already: what is left is to inline the functions of mathematics and to say nothing twice.
constexpr const char* passes = "always-inline,function(early-cse<memssa>,loop-mssa(licm),early-cse)";

}  // namespace
}  // namespace gradwright::jit

using namespace gradwright::jit;

extern "C" {

GRADWRIGHT_EXPORT const char* gradwright_llvm_identity() { return "2 LLVM " LLVM_VERSION_STRING; }

GRADWRIGHT_EXPORT char* gradwright_llvm_compile(const char* text, std::size_t size, const char* features, int level,
                                                std::size_t* object_size, Message* message) {
  initialise();
  const Owned<LLVMContextRef> context(LLVMContextCreate());
  LLVMMemoryBufferRef source = LLVMCreateMemoryBufferWithMemoryRangeCopy(text, size, "plan");
  LLVMModuleRef parsed = nullptr;
  char* fault = nullptr;
  if (LLVMParseIRInContext(context.get(), source, &parsed, &fault) != 0) {  // takes the buffer
    say(message, fault);
    LLVMDisposeMessage(fault);
    return nullptr;
  }
  const Owned<LLVMModuleRef> module(parsed);
  const Owned<LLVMTargetMachineRef> machine = target_machine(features, level, message);
  if (machine == nullptr) return nullptr;
  LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(machine.get());
  LLVMSetModuleDataLayout(module.get(), layout);
  LLVMDisposeTargetData(layout);
  const Owned<LLVMPassBuilderOptionsRef> options(LLVMCreatePassBuilderOptions());
  if (failed(LLVMRunPasses(module.get(), level <= 0 ? "always-inline" : passes, machine.get(), options.get()), message))
    return nullptr;
  LLVMMemoryBufferRef object = nullptr;
  if (LLVMTargetMachineEmitToMemoryBuffer(machine.get(), module.get(), LLVMObjectFile, &fault, &object) != 0) {
    say(message, fault);
    LLVMDisposeMessage(fault);
    return nullptr;
  }
  const Owned<LLVMMemoryBufferRef> owned(object);
  *object_size = LLVMGetBufferSize(object);
  char* copy = static_cast<char*>(std::malloc(*object_size));
  if (copy != nullptr) std::memcpy(copy, LLVMGetBufferStart(object), *object_size);
  return copy;
}

GRADWRIGHT_EXPORT void* gradwright_llvm_link(const char* object, std::size_t size, const Symbol* symbols,
                                             std::size_t count, Message* message) {
  initialise();
  LLVMOrcLLJITRef made = nullptr;
  if (failed(LLVMOrcCreateLLJIT(&made, nullptr), message)) return nullptr;
  Owned<LLVMOrcLLJITRef> jit(made);
  // Symbols that are missing are reported to the caller, by gradwright_llvm_find.
  LLVMOrcExecutionSessionSetErrorReporter(
      LLVMOrcLLJITGetExecutionSession(made), [](void*, LLVMErrorRef error) { LLVMConsumeError(error); }, nullptr);
  LLVMOrcJITDylibRef library = LLVMOrcLLJITGetMainJITDylib(made);
  LLVMOrcDefinitionGeneratorRef generator = nullptr;
  if (failed(LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(&generator, LLVMOrcLLJITGetGlobalPrefix(made),
                                                                  nullptr, nullptr),
             message))
    return nullptr;
  LLVMOrcJITDylibAddGenerator(library, generator);
  if (count > 0) {
    std::vector<LLVMOrcCSymbolMapPair> pairs;
    for (std::size_t i = 0; i < count; ++i) {
      const auto address = reinterpret_cast<LLVMOrcExecutorAddress>(symbols[i].address);
      pairs.push_back({LLVMOrcLLJITMangleAndIntern(made, symbols[i].name),
                       {address, {LLVMJITSymbolGenericFlagsExported | LLVMJITSymbolGenericFlagsCallable, 0}}});
    }
    if (failed(LLVMOrcJITDylibDefine(library, LLVMOrcAbsoluteSymbols(pairs.data(), pairs.size())), message))
      return nullptr;
  }
  LLVMMemoryBufferRef buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(object, size, "object");
  if (failed(LLVMOrcLLJITAddObjectFile(made, library, buffer), message)) return nullptr;
  return jit.release();
}

GRADWRIGHT_EXPORT void* gradwright_llvm_find(void* linked, const char* name) {
  LLVMOrcExecutorAddress address = 0;
  if (failed(LLVMOrcLLJITLookup(static_cast<LLVMOrcLLJITRef>(linked), &address, name), nullptr)) return nullptr;
  return reinterpret_cast<void*>(address);
}

GRADWRIGHT_EXPORT void gradwright_llvm_unlink(void* linked) {
  failed(LLVMOrcDisposeLLJIT(static_cast<LLVMOrcLLJITRef>(linked)), nullptr);
}

GRADWRIGHT_EXPORT void gradwright_llvm_free(char* object) { std::free(object); }

}  // extern "C"
