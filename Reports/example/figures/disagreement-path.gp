# Draws disagreement-path.svg: run “gnuplot disagreement-path.gp” in this folder.
# Colours, fonts and line widths may be changed below. What it draws is in disagreement-path-N.dat and
# .bin, prepared for drawing; the numbers as they were measured are in disagreement-path.csv.
reset session
set encoding utf8
set terminal svg noenhanced dynamic size 640,575 font 'sans-serif,12' linewidth 1
set output 'disagreement-path.svg'
set multiplot
# Title and legend, in px from the lower left corner.
set lmargin at screen 0.0; set rmargin at screen 1.0; set bmargin at screen 0.0; set tmargin at screen 1.0
set xrange [0:640.0]
set yrange [0:575.0]
unset border; unset tics; unset key; unset colorbox
set label 'Disagreement of predictions' at screen 0.5,0.9645217391304348 center font ',16.0' textcolor rgb '#1F2328' noenhanced front
plot -1 with lines notitle
unset label; unset object
# A panel.
set lmargin at screen 0.12525; set rmargin at screen 0.8661249999999999; set bmargin at screen 0.10093913043478274; set tmargin at screen 0.9255652173913044
unset logscale x
set xrange [-0.5:8.5]
set xtics nomirror out norotate offset 0,0.4 scale 0.3,0.15 font ',12.0' textcolor rgb '#4B535D' ('path[0]' 0.0, 'path[1]' 1.0, 'path[2]' 2.0, 'path[3]' 3.0, 'path[4]' 4.0, 'path[5]' 5.0, 'path[6]' 6.0, 'path[7]' 7.0, 'path[8]' 8.0)
unset logscale y
set yrange [8.5:-0.5]
set ytics nomirror out norotate  scale 0.3,0.15 font ',12.0' textcolor rgb '#4B535D' ('path[0]' 0.0, 'path[1]' 1.0, 'path[2]' 2.0, 'path[3]' 3.0, 'path[4]' 4.0, 'path[5]' 5.0, 'path[6]' 6.0, 'path[7]' 7.0, 'path[8]' 8.0)
set clip one; set clip two
set border 15 front linewidth 0.8 linecolor rgb '#4B535D'
unset grid
unset logscale cb
set palette defined (0 '#440154', 1 '#481A6C', 2 '#472F7D', 3 '#414487', 4 '#39568C', 5 '#31688E', 6 '#2A788E', 7 '#23888E', 8 '#1F988B', 9 '#22A884', 10 '#35B779', 11 '#54C568', 12 '#7AD151', 13 '#A5DB36', 14 '#D2E21B', 15 '#FDE725')
set cbrange [0.0:0.9266666666666666]
set colorbox user vertical origin screen 0.8879999999999999,0.10093913043478274 size screen 0.0234375,0.8246260869565217
set cbtics out scale 0.5,0.25 font ',12.0' textcolor rgb '#4B535D' ('0.0' -0.0, '0.1' 0.1, '0.2' 0.2, '0.3' 0.30000000000000004, '0.4' 0.4, '0.5' 0.5, '0.6' 0.6000000000000001, '0.7' 0.7000000000000001, '0.8' 0.8, '0.9' 0.9)
set label 'checkpoint' at screen 0.4956875,0.027721739130434922 center font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label 'checkpoint' at screen 0.01874999999999999,0.5132521739130436 center rotate by 90 font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label 'disagreement' at screen 0.9781249999999998,0.5132521739130436 center rotate by 90 font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label '0.000' at 0.0,0.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.703' at 1.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.667' at 2.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.847' at 3.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.918' at 4.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.865' at 5.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.927' at 6.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.927' at 7.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.870' at 8.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.703' at 0.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.000' at 1.0,1.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.633' at 2.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.812' at 3.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.750' at 4.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.828' at 5.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.792' at 6.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.832' at 7.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.803' at 8.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.667' at 0.0,2.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.633' at 1.0,2.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.000' at 2.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.463' at 3.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.352' at 4.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.408' at 5.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.385' at 6.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.428' at 7.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.402' at 8.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.847' at 0.0,3.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.812' at 1.0,3.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.463' at 2.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.000' at 3.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.383' at 4.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.387' at 5.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.448' at 6.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.440' at 7.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.423' at 8.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.918' at 0.0,4.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.750' at 1.0,4.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.352' at 2.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.383' at 3.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.000' at 4.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.235' at 5.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.210' at 6.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.248' at 7.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.245' at 8.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.865' at 0.0,5.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.828' at 1.0,5.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.408' at 2.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.387' at 3.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.235' at 4.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.000' at 5.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.182' at 6.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.145' at 7.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.115' at 8.0,5.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.927' at 0.0,6.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.792' at 1.0,6.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.385' at 2.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.448' at 3.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.210' at 4.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.182' at 5.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.000' at 6.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.125' at 7.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.140' at 8.0,6.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.927' at 0.0,7.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.832' at 1.0,7.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.428' at 2.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.440' at 3.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.248' at 4.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.145' at 5.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.125' at 6.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.000' at 7.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.095' at 8.0,7.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.870' at 0.0,8.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.803' at 1.0,8.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.402' at 2.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.423' at 3.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.245' at 4.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.115' at 5.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.140' at 6.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.095' at 7.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.000' at 8.0,8.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
plot 'disagreement-path-1.dat'  using 1:2:3:4:5:6:7 with boxxyerror linecolor palette linewidth 0.5 fillstyle solid 1 notitle
unset label; unset object; unset arrow; unset logscale; unset colorbox
unset multiplot
unset output
