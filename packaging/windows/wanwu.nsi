; The Windows installer: for one user, without an administrator. `steps/windows.py` defines VERSION, SOURCE (the bundle),
; ICON, SIDE (a picture), SIZE (in KiB), OUT and, where the compiler has it, TARGET.
;
; Silent: wanwu-setup.exe /S [/ASSOCIATE] [/DESKTOP] [/LANG=zh|en] [/D=C:\folder, last and without quotes]
;         uninstall.exe /S [/REMOVEDATA]
; Exit codes: 0 done, 1 cancelled by the user, 2 the program is running or something could not be written.
Unicode true
!ifdef TARGET
    Target ${TARGET}
!endif
SetCompressor /SOLID lzma
SetCompressorDictSize 64
RequestExecutionLevel user
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS all

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!insertmacro GetParameters
!insertmacro GetOptions

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Wanwu"
!define CLASSES "Software\Classes"
!define PROGRAM "wanwuw.exe"

Name "$(name)"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Wanwu"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
BrandingText "Wanwu ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=1033 ProductName "Wanwu"
VIAddVersionKey /LANG=1033 FileDescription "Installs Wanwu"
VIAddVersionKey /LANG=1033 FileVersion "${VERSION}"
VIAddVersionKey /LANG=1033 ProductVersion "${VERSION}"
VIAddVersionKey /LANG=1033 LegalCopyright "Apache-2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDE}"
!define MUI_WELCOMEPAGE_TEXT "$(welcome)"
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!define MUI_FINISHPAGE_NOREBOOTSUPPORT
!define MUI_LANGDLL_REGISTRY_ROOT HKCU
!define MUI_LANGDLL_REGISTRY_KEY "${KEY}"
!define MUI_LANGDLL_REGISTRY_VALUENAME "Language"

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "SimpChinese"
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_RESERVEFILE_LANGDLL

LangString name ${LANG_SIMPCHINESE} "万物识别"
LangString name ${LANG_ENGLISH} "Wanwu"
LangString welcome ${LANG_SIMPCHINESE} "拖进一张图片，就知道里面是什么。$\n$\n只为当前用户安装，不需要管理员权限，也不需要联网。$\n$\n点击“下一步”继续。"
LangString welcome ${LANG_ENGLISH} "Drop a picture and read what it shows.$\n$\nThis installs for you alone: it needs neither an administrator nor a network.$\n$\nClick Next to go on."
LangString program ${LANG_SIMPCHINESE} "程序"
LangString program ${LANG_ENGLISH} "Program"
LangString desktop ${LANG_SIMPCHINESE} "桌面快捷方式"
LangString desktop ${LANG_ENGLISH} "Shortcut on the desktop"
LangString associate ${LANG_SIMPCHINESE} "在图片的“打开方式”中显示"
LangString associate ${LANG_ENGLISH} "Offer it in $\"Open with$\" for pictures"
LangString about_program ${LANG_SIMPCHINESE} "程序、模型和开始菜单中的快捷方式。"
LangString about_program ${LANG_ENGLISH} "The program, its models and a shortcut in the start menu."
LangString about_desktop ${LANG_SIMPCHINESE} "在桌面上放一个快捷方式。"
LangString about_desktop ${LANG_ENGLISH} "Puts a shortcut on the desktop."
LangString about_associate ${LANG_SIMPCHINESE} "不改变图片的默认打开程序。"
LangString about_associate ${LANG_ENGLISH} "Does not change what opens pictures by default."
LangString running ${LANG_SIMPCHINESE} "万物识别正在运行。请先关闭它的窗口，再重试。"
LangString running ${LANG_ENGLISH} "Wanwu is running. Close its window, then try again."
LangString remove_data ${LANG_SIMPCHINESE} "同时删除您的设置、识别记录和已粘贴的图片吗？$\n$\n$LOCALAPPDATA\wanwu$\n$\n图片文件夹里的图片不受影响。"
LangString remove_data ${LANG_ENGLISH} "Also delete your settings, runs and pasted pictures?$\n$\n$LOCALAPPDATA\wanwu$\n$\nPictures in your own folders are not touched."

; A running program keeps its file from being opened for writing.
!macro require_closed un
    Function ${un}RequireClosed
    again:
        IfFileExists "$INSTDIR\${PROGRAM}" 0 closed
        ClearErrors
        FileOpen $0 "$INSTDIR\${PROGRAM}" a
        IfErrors 0 opened
        MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(running)" /SD IDCANCEL IDRETRY again
        SetErrorLevel 2
        Quit
    opened:
        FileClose $0
    closed:
    FunctionEnd
!macroend
!insertmacro require_closed ""
!insertmacro require_closed "un."

; What is the program's own: never the folder as a whole, which may be one that the user chose.
!macro remove_program
    RMDir /r "$INSTDIR\_internal"
    RMDir /r "$INSTDIR\licences"
    Delete "$INSTDIR\wanwu.exe"
    Delete "$INSTDIR\${PROGRAM}"
!macroend

; The name follows the language, which may have changed between two installations.
!macro remove_shortcuts
    Delete "$SMPROGRAMS\万物识别.lnk"
    Delete "$SMPROGRAMS\Wanwu.lnk"
    Delete "$DESKTOP\万物识别.lnk"
    Delete "$DESKTOP\Wanwu.lnk"
!macroend

!macro for_each_ending macro
    !insertmacro ${macro} jpg
    !insertmacro ${macro} jpeg
    !insertmacro ${macro} jpe
    !insertmacro ${macro} jfif
    !insertmacro ${macro} png
    !insertmacro ${macro} webp
    !insertmacro ${macro} gif
    !insertmacro ${macro} bmp
    !insertmacro ${macro} tif
    !insertmacro ${macro} tiff
    !insertmacro ${macro} avif
    !insertmacro ${macro} heic
    !insertmacro ${macro} heif
    !insertmacro ${macro} ico
    !insertmacro ${macro} jp2
!macroend
!macro associate ending
    WriteRegStr HKCU "${CLASSES}\.${ending}\OpenWithProgids" "Wanwu.Picture" ""
    WriteRegStr HKCU "${CLASSES}\Applications\${PROGRAM}\SupportedTypes" ".${ending}" ""
!macroend
!macro dissociate ending
    DeleteRegValue HKCU "${CLASSES}\.${ending}\OpenWithProgids" "Wanwu.Picture"
!macroend

Section "$(program)" SectionProgram
    SectionIn RO
    Call RequireClosed
    !insertmacro remove_program
    !insertmacro remove_shortcuts
    SetOutPath "$INSTDIR"
    SetOverwrite on
    ClearErrors
    File /r "${SOURCE}/*.*"
    ${If} ${Errors}
        SetErrorLevel 2
        Abort
    ${EndIf}
    WriteUninstaller "$INSTDIR\uninstall.exe"
    CreateShortcut "$SMPROGRAMS\$(name).lnk" "$INSTDIR\${PROGRAM}"
    WriteRegStr HKCU "${KEY}" "DisplayName" "$(name)"
    WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
    WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegStr HKCU "${KEY}" "Language" "$LANGUAGE"
    WriteRegDWORD HKCU "${KEY}" "EstimatedSize" ${SIZE}
    WriteRegDWORD HKCU "${KEY}" "NoModify" 1
    WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
SectionEnd

Section /o "$(desktop)" SectionDesktop
    CreateShortcut "$DESKTOP\$(name).lnk" "$INSTDIR\${PROGRAM}"
SectionEnd

Section /o "$(associate)" SectionAssociate
    WriteRegStr HKCU "${CLASSES}\Wanwu.Picture" "" "$(name)"
    WriteRegStr HKCU "${CLASSES}\Wanwu.Picture\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
    WriteRegStr HKCU "${CLASSES}\Wanwu.Picture\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
    WriteRegStr HKCU "${CLASSES}\Applications\${PROGRAM}" "FriendlyAppName" "$(name)"
    WriteRegStr HKCU "${CLASSES}\Applications\${PROGRAM}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
    !insertmacro for_each_ending associate
    System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
    !insertmacro MUI_DESCRIPTION_TEXT ${SectionProgram} "$(about_program)"
    !insertmacro MUI_DESCRIPTION_TEXT ${SectionDesktop} "$(about_desktop)"
    !insertmacro MUI_DESCRIPTION_TEXT ${SectionAssociate} "$(about_associate)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; Not in un.onInit: texts do not follow the language before the first page.
Function un.AskForData
    StrCpy $1 "keep"
    IfFileExists "$LOCALAPPDATA\wanwu\*.*" 0 asked
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} $0 "/REMOVEDATA" $2
    ${IfNot} ${Errors}
        StrCpy $1 "remove"
        Goto asked
    ${EndIf}
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(remove_data)" /SD IDNO IDNO asked
    StrCpy $1 "remove"
asked:
FunctionEnd

Section "Uninstall"
    Call un.RequireClosed
    Call un.AskForData
    !insertmacro remove_program
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    !insertmacro remove_shortcuts
    !insertmacro for_each_ending dissociate
    DeleteRegKey HKCU "${CLASSES}\Wanwu.Picture"
    DeleteRegKey HKCU "${CLASSES}\Applications\${PROGRAM}"
    DeleteRegKey HKCU "${KEY}"
    System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
    ${If} $1 == "remove"
        RMDir /r "$LOCALAPPDATA\wanwu"
    ${EndIf}
SectionEnd

Function .onInit
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} $0 "/LANG=" $1
    ${IfNot} ${Errors}
        StrCpy $LANGUAGE ${LANG_ENGLISH}
        ${If} $1 == "zh"
            StrCpy $LANGUAGE ${LANG_SIMPCHINESE}
        ${EndIf}
    ${Else}
        !insertmacro MUI_LANGDLL_DISPLAY
    ${EndIf}
    ClearErrors
    ${GetOptions} $0 "/ASSOCIATE" $1
    ${IfNot} ${Errors}
        SectionSetFlags ${SectionAssociate} ${SF_SELECTED}
    ${EndIf}
    ClearErrors
    ${GetOptions} $0 "/DESKTOP" $1
    ${IfNot} ${Errors}
        SectionSetFlags ${SectionDesktop} ${SF_SELECTED}
    ${EndIf}
FunctionEnd

Function un.onInit
    !insertmacro MUI_UNGETLANGUAGE
FunctionEnd
