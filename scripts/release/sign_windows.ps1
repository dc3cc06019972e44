# Signs the Windows executables in the folder named, where the certificate is given in the environment; else it says so and
# leaves them unsigned, which SmartScreen asks about.
param([Parameter(Mandatory)][string]$Folder)
$ErrorActionPreference = 'Stop'
if (-not $env:CERTIFICATE) {
  Write-Host '::warning::not signed: the repository has no secret WINDOWS_CERTIFICATE_PFX_BASE64'
  exit 0
}
$pfx = Join-Path ([IO.Path]::GetTempPath()) 'signing.pfx'
[IO.File]::WriteAllBytes($pfx, [Convert]::FromBase64String($env:CERTIFICATE))
try {
  $signtool = Get-ChildItem "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\signtool.exe" | Sort-Object FullName | Select-Object -Last 1
  foreach ($file in Get-ChildItem (Join-Path $Folder 'odoo-mcp-*-windows-msvc.exe')) {
    & $signtool.FullName sign /fd SHA256 /td SHA256 /tr http://timestamp.digicert.com /f $pfx /p $env:CERTIFICATE_PASSWORD $file.FullName
    if ($LASTEXITCODE -ne 0) { throw "Cannot sign $($file.Name)" }
  }
} finally {
  Remove-Item -Force $pfx
}
